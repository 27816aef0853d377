// page.mjs PAGE PICTURES: opens a report in headless Chromium, light and dark, on a phone and on a desktop, and prints
// what is wrong with it, a line each. Exit 3 when there is such a line. The pictures, and the page as it prints unless
// it is very long, go to the folder PICTURES.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const kWidths = { phone: 390, desktop: 1280 };
const kPatienceMs = 200_000;  // a busy machine is no fault of the page; ctest has the limit that counts
const kWindowHeight = 900;
const kPictureHeight = 6000;
const kPrintedHeight = 50_000;
const kLinksFollowed = 20;
const kSchemes = ["light", "dark"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// In the page: what its document has that it must not have, or lacks.
function structure() {
  const findings = [];
  for (const script of document.scripts) findings.push(`script: ${script.outerHTML.slice(0, 80)}`);
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) findings.push(`script: ${element.tagName} has ${name}=${value.slice(0, 60)}`);
    }
  }
  for (const link of document.querySelectorAll("[href], [src]")) {
    const to = link.getAttribute("href") ?? link.getAttribute("src");
    if (!to.startsWith("#")) findings.push(`link: ${to.slice(0, 80)} leads out of the page`);
    else if (!document.getElementById(decodeURIComponent(to.slice(1)))) findings.push(`link: nothing is at ${to}`);
  }
  return findings;
}

// In the page: what is wider than the window.
function overflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > clientWidth + 1);
  const first = wide.find((e) => !e.parentElement.closest("pre"))?.outerHTML.slice(0, 100) ?? "";
  return [`overflow: the page is ${scrollWidth} wide in a window of ${clientWidth}; ${first}`];
}

// In the page: what axe-core finds. `rules`: only these; null: all.
async function accessibility(rules) {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await globalThis.axe.run(document, options);
  return violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) =>
    `axe ${rule.impact} ${rule.id}: ${node.html.slice(0, 120)}; ${node.failureSummary?.replace(/\s+/g, " ")}`));
}

// In the page: text that does not stand out from what is behind it (WCAG 1.4.3). axe-core leaves open what it cannot
// decide for any page; in this one all backgrounds are opaque and nothing lies over anything else.
function contrast() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const parsed = new Map();
  const parse = (color) => {
    if (!parsed.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      parsed.set(color, canvas.getImageData(0, 0, 1, 1).data);
    }
    return parsed.get(color);
  };
  const luminance = ([...rgb]) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parse(color)[3] > 0) return color;
    }
    return "white";
  };
  const findings = new Set();
  const ratios = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === "" || !element.checkVisibility()) continue;
    const colors = [getComputedStyle(element).color, behind(element)];
    if (!ratios.has(`${colors}`)) {
      const [light, dark] = colors.map((color) => luminance(parse(color))).sort((a, b) => b - a);
      ratios.set(`${colors}`, (light + 0.05) / (dark + 0.05));
    }
    const ratio = ratios.get(`${colors}`);
    if (ratio < 4.5) findings.add(`contrast: ${ratio.toFixed(2)} of ${colors.join(" on ")}: ${element.outerHTML.slice(0, 80)}`);
  }
  return [...findings].slice(0, 10);
}

// A link into what is folded must show it.
async function followLinks(page) {
  const targets = await page.$$eval("details a[href^='#'], main a[href^='#']", (links) =>
    [...new Set(links.map((link) => link.getAttribute("href")))]);
  const findings = [];
  for (const target of targets.slice(0, kLinksFollowed)) {
    await page.evaluate((to) => { location.hash = to; }, target);
    const shown = await page.evaluate((to) => document.getElementById(to.slice(1))?.checkVisibility(), target);
    if (shown === false) findings.push(`link: what is at ${target} stays folded`);
  }
  return findings;
}

async function look(browser, file, scheme, device, pictures) {
  const findings = [];
  const width = kWidths[device];
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: kWindowHeight } });
  context.setDefaultTimeout(kPatienceMs);
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) findings.push(`request: ${request.url().slice(0, 100)}`);
  });
  page.on("console", (message) => findings.push(`console ${message.type()}: ${message.text().slice(0, 160)}`));
  page.on("pageerror", (error) => findings.push(`console error: ${error.message}`));
  page.on("dialog", (dialog) => {
    findings.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  const first = scheme === kSchemes[0] && device === "desktop";  // what need not be looked at four times
  await page.goto(url);
  const name = join(pictures, `${basename(file, ".html")}-${scheme}-${device}`);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(kPictureHeight, height) });
  await page.screenshot({ path: `${name}.png` });
  await page.setViewportSize({ width, height: kWindowHeight });
  if (first) {
    if (height < kPrintedHeight) await page.pdf({ path: `${name}.pdf`, format: "A4" });
    findings.push(...await page.evaluate(structure), ...await followLinks(page));
  }
  findings.push(...await page.evaluate(overflow));
  await page.$$eval("details", (all) => all.forEach((details) => { details.open = true; }));
  findings.push(...await page.evaluate(overflow));
  findings.push(...await page.evaluate(contrast));
  if (scheme === kSchemes[0]) {
    await page.evaluate(axe);
    findings.push(...await page.evaluate(accessibility, first ? null : ["scrollable-region-focusable"]));
  }
  await context.close();
  return findings.map((finding) => `${scheme} ${device} ${finding}`);
}

const [file, pictures] = process.argv.slice(2).map((path) => resolve(path));
mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.INQUEST_CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid() !== 0,
  args: ["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-gpu"],
});
try {
  const findings = [];
  for (const scheme of kSchemes) {
    for (const device of Object.keys(kWidths)) findings.push(...await look(browser, file, scheme, device, pictures));
  }
  for (const finding of findings) console.log(finding);
  process.exitCode = findings.length > 0 ? 3 : 0;
} finally {
  await browser.close();
}
