// Headless Chromium, and a server that has only the page.

import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";

import { chromium } from "playwright-core";

const folder = fileURLToPath(new URL("../../target/packages/playground/", import.meta.url));
export const file = `${folder}index.html`;
export const pictures = `${folder}pictures/`;

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Starts the browser and the server; `stop` ends both. */
export async function start() {
  mkdirSync(pictures, { recursive: true });
  const page = readFileSync(file);
  const served = [];
  const server = createServer(({ url }, response) => {
    served.push(url);
    response.setHeader("Content-Type", "text/html").end(page);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  const stop = async () => {
    await browser.close();
    server.close();
  };
  return { browser, served, address: `http://127.0.0.1:${server.address().port}/`, stop };
}

/** Opens the playground and waits until it has checked its text; fails for any error on the console. */
export async function open({ browser, address }, { url = address, ...options } = {}) {
  const permissions = ["clipboard-read", "clipboard-write"];
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, permissions, ...options });
  const page = await context.newPage();
  const requests = [];
  const problems = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  await page.goto(url);
  await page.waitForFunction(() => document.getElementById("status").textContent !== "Loading…");
  return { context, page, requests, problems };
}

/** Replaces the text in the editor by pasting. */
export async function paste(page, text) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+V");
}

/** Waits for a sentence in the status. */
export function status(page, text) {
  return page.locator("#status").filter({ hasText: text }).waitFor();
}

/** Waits for a message at the bottom of the page. */
export function message(page, text) {
  return page.locator("#message").filter({ hasText: text }).waitFor();
}

/** Returns the fragment of a link with a content. */
export function link(content) {
  return `#text=${deflateRawSync(JSON.stringify(content)).toString("base64url")}`;
}

/** Returns the text of the editor, which may be longer than what it displays. */
export async function text(page) {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Control+C");
  return page.evaluate(() => navigator.clipboard.readText());
}
