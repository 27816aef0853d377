// The loader's side of the inputs instrument: it runs in a thread of its own.
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import weaving from './weaving.cjs';

let roots = [];

export function initialize(data) {
  roots = data.roots.map((root) => root + path.sep);
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (loaded.format !== 'module' || !url.startsWith('file:') || !loaded.source) return loaded;
  const name = fileURLToPath(url);
  const root = roots.find((one) => name.startsWith(one));
  const place = root && weaving.place(name.slice(root.length));
  if (!place) return loaded;
  return { ...loaded, source: weaving.weave(Buffer.from(loaded.source).toString('utf8'), place) };
}
