// The playground, tried as a user would.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { examples } from "../examples.mjs";
import { file, link, message, open, paste, pictures, start, status, text } from "./browser.mjs";

const root = new URL("../../", import.meta.url);
const source = (name) => readFileSync(new URL(`examples/${name}`, root), "utf8");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let started;
before(async () => {
  started = await start();
});
after(() => started.stop());

/** Opens the playground for one test. */
function playground(name, options, run) {
  test(name, async () => {
    const opened = await open(started, options);
    await run(opened);
    assert.deepEqual(opened.problems, []);
    await opened.context.close();
  });
}

playground("a typed mistake is underlined", {}, async ({ page }) => {
  const role = "Resources:\n  ServerRole:\n    Type: AWS::IAM::Role\n";
  await paste(page, `${role}  Server:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: `);
  await status(page, "Nothing to fix.");
  assert.equal(await page.locator(".cm-lintRange").count(), 0);
  await page.keyboard.type("!Ref ServerRole");
  await status(page, "1 finding, fixable.");
  assert.equal(await page.locator(".cm-lintRange-error").innerText(), "!Ref ServerRole");
});

playground("a pasted mistake is underlined, explained and fixed", {}, async ({ page }) => {
  await paste(page, source("ec2-instance.yaml"));
  await status(page, "1 finding, fixable.");
  assert.equal(await page.locator(".cm-lintRange-error").innerText(), "!Ref ServerRole");
  assert.match(await page.locator("#findings").innerText(), /IPF001[^]*AWS says[^]*Invalid IAM Instance Profile name/);
  const diff = await page.locator("#fix").innerText();
  assert.match(diff, /^\+ {6}IamInstanceProfile: !Ref ServerInstanceProfile # to be managed/m);

  await page.getByRole("button", { name: "Apply" }).click();
  await status(page, "Nothing to fix.");
  assert.equal(await text(page), source("ec2-instance.fixed.yaml"));
  await page.keyboard.press("Control+Z");
  await status(page, "1 finding, fixable.");
});

playground("the fix of a finding can be applied in the editor", {}, async ({ page }) => {
  await page.locator(".cm-lintRange-error").hover();
  await page.locator(".cm-diagnosticAction").click();
  await status(page, "Nothing to fix.");

  await page.locator("#example").selectOption("three-files");
  await page.locator(".cm-lintRange-error").first().hover();
  await page.locator(".cm-diagnosticAction").click();
  await status(page, "1 finding, fixable.");
  await page.getByRole("button", { name: "iam.tf", exact: true }).click();
  const module = "../../tests/modules/fix/three-files/expect/iam.tf";
  assert.equal(await text(page), readFileSync(new URL(module, import.meta.url), "utf8"));
});

playground("a fix of several files is undone in all of them", {}, async ({ page }) => {
  const fileOf = async (name) => {
    await page.getByRole("button", { name, exact: true }).click();
    return text(page);
  };
  const all = async () => [await fileOf("iam.tf"), await fileOf("hosts.tf")];
  const undo = page.getByRole("button", { name: "Undo the fix" });
  const apply = page.getByRole("button", { name: "Apply", exact: true });
  await page.locator("#example").selectOption("three-files");
  const before = await all();
  assert.equal(await undo.isVisible(), false);
  await apply.click();
  await message(page, "Applied.");
  const after = await all();
  assert.notEqual(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  await undo.click();
  await message(page, "The fix is undone.");
  assert.deepEqual(await all(), before);
  assert.equal(await undo.isVisible(), false);
  await status(page, "2 findings, fixable.");

  await apply.focus();
  await page.keyboard.press("Enter");
  await undo.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "apply");

  await apply.click();
  for (const [index, name] of ["iam.tf", "hosts.tf"].entries()) {
    await fileOf(name);
    await page.keyboard.press("Control+Z");
    assert.equal(await text(page), before[index], name);
  }
  assert.equal(await undo.isVisible(), false);
});

playground("the diff and the fixed source are copied", {}, async ({ page }) => {
  const copied = async () => {
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.locator("#message").filter({ hasText: "Copied." }).waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.match(await copied(), /^--- a\/template\.yaml\n\+\+\+ b\/template\.yaml\n@@ /);
  await page.getByLabel("Fixed source").check();
  assert.equal(await copied(), source("ec2-instance.fixed.yaml"));
});

playground("a link keeps the text", {}, async ({ page, context }) => {
  await page.getByLabel("Terraform", { exact: true }).check();
  const module = 'resource "aws_instance" "日本" {\n  iam_instance_profile = aws_iam_role.web.name\n}\n';
  await paste(page, module);
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator("#message").filter({ hasText: "Copied a link" }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#text=[\w-]+$/);
  const other = await context.newPage();
  await other.goto(link);
  await other.locator(".cm-line").filter({ hasText: "日本" }).waitFor();
  assert.equal(await text(other), module);
  assert.equal(await other.getByLabel("Terraform", { exact: true }).isChecked(), true);
});

playground("a refused clipboard is reported", {}, async ({ page }) => {
  const refuse = (hasFallback) =>
    page.evaluate((hasFallback) => {
      navigator.clipboard.writeText = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
      document.execCommand = () => hasFallback;
    }, hasFallback);
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  await refuse(true);
  await press("Copy");
  await message(page, "Copied.");
  assert.equal(await page.evaluate(() => document.activeElement.id), "copy");

  await refuse(false);
  await press("Copy");
  await message(page, "The browser refused to copy. The text is selected: copy it yourself.");
  assert.match(await page.evaluate(() => getSelection().toString()), /^--- a\/template\.yaml\n/);
  await press("Copy link");
  await message(page, "The browser refused to copy. The address of this page is the link.");
  assert.match(page.url(), /#text=[\w-]+$/);
});

playground("a broken link opens the first example, and says so", {}, async ({ page }) => {
  const address = page.url();
  const cloudformation = (files) => link({ language: "cloudformation", unsafeFixes: false, files });
  const whole = link({ language: "terraform", unsafeFixes: false, files: { "main.tf": "locals {}\n" } });
  const wrong = [["Resources: {}"], { " ": "Resources: {}" }, { "a.yaml": "", "b.yaml": "" }, {}].map(cloudformation);
  for (const broken of ["#text=", "#text=%%%", "#text=AAAA", whole.slice(0, -9), ...wrong]) {
    await page.goto("about:blank");
    await page.goto(address + broken);
    await message(page, "The link is incomplete; this is an example.");
    await status(page, "1 finding, fixable.");
    assert.equal(page.url(), address, broken);
  }
  await page.goto(`${address}${whole}`);
  await page.locator(".cm-line").filter({ hasText: "locals {}" }).waitFor();
  assert.equal(page.url(), address + whole);
  await page.goto(`${address}#text=AAAA`);
  await message(page, "The link is incomplete; the text is as it was.");
  assert.equal(await text(page), "locals {}\n");
  await page.goto("about:blank");
  await page.goto(`${address}#other`);
  await status(page, "1 finding, fixable.");
  assert.equal(await page.locator("#message").textContent(), "");
});

playground("every example has the result of the repository", {}, async ({ page }) => {
  for (const { name, files } of examples()) {
    await page.locator("#example").selectOption(name);
    for (const [path, before] of Object.entries(files)) {
      if (Object.keys(files).length > 1) await page.getByRole("button", { name: path, exact: true }).click();
      assert.equal(await text(page), before, name);
    }
    const apply = page.getByRole("button", { name: "Apply", exact: true });
    const isFixable = (await apply.getAttribute("aria-disabled")) === "false";
    const results = Object.keys(files).map((path) => expected(name, path));
    assert.equal(isFixable, results.some((result) => result !== undefined), name);
    if (!isFixable) continue;
    await apply.click();
    for (const [index, path] of Object.keys(files).entries()) {
      if (results.length > 1) await page.getByRole("button", { name: path, exact: true }).click();
      assert.equal(await text(page), results[index] ?? files[path], `${name} ${path}`);
    }
  }
});

/** Returns the fixed file of an example; undefined if it stays as it is. */
function expected(name, path) {
  const result = /\.(?:yaml|json)$/.test(name)
    ? `examples/${name.replace(".", ".fixed.")}`
    : `tests/modules/fix/${name}/expect/${path}`;
  try {
    return readFileSync(new URL(result, root), "utf8");
  } catch {
    return undefined;
  }
}

playground("an example does not replace an edited text", {}, async ({ page }) => {
  const example = page.locator("#example");
  const shown = () => example.evaluate(({ selectedOptions }) => selectedOptions[0].textContent);
  assert.equal(await example.locator("option", { hasText: "Your text" }).count(), 0);
  await paste(page, "Resources: {} # first\n");
  assert.equal(await shown(), "Your text");

  await example.selectOption("three-files");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  assert.equal(await shown(), "Your text 2");
  await page.getByLabel("Apply unsafe fixes").check();
  await example.selectOption("three-files");
  await status(page, "2 findings, fixable.");
  assert.equal(await page.getByLabel("Apply unsafe fixes").isChecked(), false);

  await example.selectOption({ label: "Your text" });
  assert.equal(await text(page), "Resources: {} # first\n");
  await page.getByLabel("Terraform", { exact: true }).check();
  assert.equal(await example.inputValue(), "three-files");
  await page.getByLabel("CloudFormation", { exact: true }).check();
  assert.equal(await text(page), "Resources: {} # first\n");
  await example.selectOption({ label: "Your text 2" });
  await status(page, "Nothing to fix.");
  assert.equal(await page.getByLabel("Apply unsafe fixes").isChecked(), true);
});

playground("files of a module can be added and removed", {}, async ({ page }) => {
  await page.getByLabel("Terraform", { exact: true }).check();
  await page.getByRole("button", { name: "Add file" }).click();
  await paste(page, 'resource "aws_instance" "x" {\n  iam_instance_profile = aws_iam_role.peer[0].name\n}\n');
  await status(page, "2 findings, fixable.");
  await page.getByRole("button", { name: "main-2.tf, line 2" }).click();
  await page.getByRole("button", { name: "Remove main-2.tf" }).click();
  await status(page, "1 finding, fixable.");
});

playground("the tabs keep the focus", {}, async ({ page }) => {
  const focused = () =>
    page.evaluate(() => {
      const { id, textContent } = document.activeElement;
      return id || textContent;
    });
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  await page.locator("#example").selectOption("three-files");
  await press("iam.tf");
  assert.equal(await focused(), "iam.tf");
  await press("+ Add file");
  assert.equal(await focused(), "editor");
  await press("Remove main-2.tf");
  assert.equal(await focused(), await page.locator(".tab[aria-current]").textContent());
});

playground("an explanation stays open while the text is edited", {}, async ({ page }) => {
  const place = page.locator("#findings .link");
  const line = Number((await place.textContent()).replace("line ", ""));
  await page.locator("#findings summary").click();
  await page.locator(".explanation").waitFor();
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# One line more\n");
  await place.filter({ hasText: `line ${line + 1}` }).waitFor();
  assert.equal(await page.locator("#findings details[open] .explanation").count(), 1);
  await page.locator("#findings summary").click();
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Enter");
  await place.filter({ hasText: `line ${line + 2}` }).waitFor();
  assert.equal(await page.locator("#findings details[open]").count(), 0);
});

playground("a long text is checked after saying so, and not all entries are shown", {}, async ({ page }) => {
  const role = "Resources:\n  ServerRole:\n    Type: AWS::IAM::Role\n";
  const server = (number) =>
    `  Server${number}:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: !Ref ServerRole\n`;
  await page.evaluate(() => {
    globalThis.sentences = [];
    const region = document.getElementById("status");
    new MutationObserver(() => sentences.push(region.textContent)).observe(region, { childList: true });
  });
  await paste(page, role + Array.from({ length: 1200 }, (_, number) => server(number)).join(""));
  await status(page, "1200 findings");
  assert.equal((await page.evaluate(() => sentences))[0], "Checking…");
  assert.equal(await page.locator("#findings > li").count(), 101);
  assert.equal(await page.locator("#findings > li").last().innerText(), "and 1,100 more");
});

playground("a syntax error is a finding", {}, async ({ page }) => {
  await paste(page, "Resources: [");
  await status(page, "The text cannot be parsed.");
  assert.match(await page.locator("#findings").innerText(), /syntax error/);
});

playground("the keyboard alone is enough", {}, async ({ page }) => {
  const focused = () =>
    page.evaluate(() => {
      const { id, value, tagName } = document.activeElement;
      return id || value || tagName;
    });
  const order = [];
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  assert.deepEqual(order, ["example", "cloudformation", "unsafe", "share", "editor"]);
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "editor");
  assert.match(await page.locator(".cm-line").first().innerText(), /^ {2}AWSTemplateFormatVersion/);
  await page.keyboard.press("Control+Z");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.notEqual(await focused(), "editor");
  for (let step = 0; (await focused()) !== "apply"; step++) {
    assert.ok(step < 10, "Apply is out of reach");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await status(page, "Nothing to fix.");
  assert.equal(await focused(), "apply");
});

playground("F8 goes to the finding and shows it", {}, async ({ page }) => {
  await page.locator(".cm-content").focus();
  await page.keyboard.press("F8");
  await page.locator(".cm-tooltip").filter({ hasText: "takes the name of an instance profile" }).waitFor();
});

playground("no request leaves the page", {}, async ({ page, requests }) => {
  await paste(page, source("services.yaml"));
  await status(page, "findings");
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.locator("#message:not(:empty)").waitFor();
  assert.deepEqual(requests, [started.address]);
});

test("the policy of the page forbids requests", async () => {
  const { page, context } = await open(started);
  const before = started.served.length;
  const blocked = await page.evaluate(async (address) => {
    const fetched = await fetch(address).then(() => "fetched", () => "blocked");
    const image = new Image();
    const loaded = new Promise((resolve) => {
      image.onload = () => resolve("loaded");
      image.onerror = () => resolve("blocked");
    });
    image.src = `${address}image.png`;
    return [fetched, await loaded];
  }, started.address);
  assert.deepEqual(blocked, ["blocked", "blocked"]);
  assert.equal(started.served.length, before);
  await context.close();
});

test("without JavaScript, the page says what it needs", async () => {
  const context = await started.browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(started.address);
  assert.match(await page.locator("body").innerText(), /The check runs in your browser and needs JavaScript/);
  await context.close();
});

const SAVED = { url: pathToFileURL(file).href, offline: true };
playground("the saved page works without a network", SAVED, async ({ page }) => {
  await page.locator("#example").selectOption("three-files");
  await status(page, "2 findings, fixable.");
  await page.getByRole("button", { name: "Apply" }).click();
  await status(page, "Nothing to fix.");
});

/** Returns the barriers to accessibility that axe finds. */
async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const places = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  // The text in it has the focus, and scrolls it.
  return places.filter((place) => !place.includes('class="cm-scroller"'));
}

for (const colorScheme of ["light", "dark"]) {
  for (const [device, options] of Object.entries({ desktop: {}, phone: PHONE })) {
    const name = `${device}, ${colorScheme}: accessible, nothing is cut off`;
    playground(name, { ...options, colorScheme }, async ({ page }) => {
      for (const name of ["ec2-instance.yaml", "suppressions.yaml", "three-files"]) {
        await page.locator("#example").selectOption(name);
        await page.locator("#findings summary").first().click();
        assert.deepEqual(await barriers(page), [], name);
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= window, `${name} is ${content} wide`);
        await page.locator("#findings summary").first().click();
        await page.screenshot({ path: `${pictures}${device}-${colorScheme}-${name}.png`, fullPage: true });
      }
    });
  }
}
