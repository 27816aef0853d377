// page.mjs PAGE PICTURES: opens a report in headless Chromium, light and dark, on a phone and on a desktop, and prints
// what is wrong with it, a line each. Exit 1 when there is such a line. The pictures, and the page as it prints, go to
// the folder PICTURES.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const kWidths = { phone: 390, desktop: 1280 };
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

// In the page: what axe-core finds, and contrasts that it could not decide.
async function accessibility() {
  const { violations, incomplete } = await globalThis.axe.run(document, { resultTypes: ["violations", "incomplete"] });
  const undecided = incomplete.filter((rule) => rule.id === "color-contrast");
  return [...violations, ...undecided].flatMap((rule) =>
    rule.nodes.slice(0, 3).map((node) => `axe ${rule.impact} ${rule.id}: ${node.html.slice(0, 120)}; ` +
      `${node.failureSummary?.replace(/\s+/g, " ").slice(0, 200) ?? ""}`));
}

// A link into what is folded must show it.
async function followLinks(page) {
  const targets = await page.$$eval("details a[href^='#'], main a[href^='#']", (links) =>
    [...new Set(links.map((link) => link.getAttribute("href")))]);
  const findings = [];
  for (const target of targets.slice(0, 40)) {
    await page.evaluate((to) => { location.hash = to; }, target);
    const shown = await page.evaluate((to) => document.getElementById(to.slice(1)).checkVisibility(), target);
    if (!shown) findings.push(`link: what is at ${target} stays folded`);
  }
  return findings;
}

async function look(browser, file, scheme, device, pictures) {
  const findings = [];
  const width = kWidths[device];
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
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
  await page.goto(url);
  const name = join(pictures, `${basename(file, ".html")}-${scheme}-${device}`);
  await page.screenshot({ path: `${name}.png`, fullPage: true });
  if (scheme === "light" && device === "desktop") {
    findings.push(...await page.evaluate(structure), ...await followLinks(page));
    await page.pdf({ path: `${name}.pdf`, format: "A4" });
  }
  findings.push(...await page.evaluate(overflow));
  await page.$$eval("details", (all) => all.forEach((details) => { details.open = true; }));
  findings.push(...await page.evaluate(overflow));
  await page.evaluate(axe);
  findings.push(...await page.evaluate(accessibility));
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
  process.exitCode = findings.length > 0 ? 1 : 0;
} finally {
  await browser.close();
}
