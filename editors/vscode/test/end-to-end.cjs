// Tries the packaged extension in VS Code's workbench for browsers, as a user would. Run by scripts/try-vscode.

const assert = require("node:assert/strict");
const { spawn, execFileSync } = require("node:child_process");
const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:net");
const { join } = require("node:path");

const { chromium } = require("playwright-core");

const { VSCODE, EXTENSION, WORK, PICTURES } = process.env;
const MAIN = join(VSCODE, "out", "server-main.js");
const FOLDERS = ["--server-data-dir", join(WORK, "data"), "--extensions-dir", join(WORK, "extensions")];
// Milliseconds, far more than any step takes; only failures reach it.
const PATIENCE = 120_000;

const TEMPLATE = `Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0abcdef1234567890
      IamInstanceProfile: !Ref ServerRole # the web server
  ServerRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
`;
const SERVER = `resource "aws_instance" "server" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.server.name
}
`;
const ROLE = `resource "aws_iam_role" "server" {
  name               = "server"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}
`;
const SETTINGS = {
  "editor.codeActionsOnSave": { "source.fixAll.cfn-ipfix": "explicit" },
  "yaml.customTags": ["!Ref"],
  "workbench.startupEditor": "none",
};

const project = join(WORK, "project");
const file = (name) => join(project, name);
const read = (name) => readFileSync(file(name), "utf8");

/** Waits until `done` returns a value that is not false, and returns it. */
async function until(what, done) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await done();
    if (value) {
      return value;
    }
    assert.ok(Date.now() < end, `nothing within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function openFile(page, name) {
  await page.getByRole("treeitem", { name }).dblclick();
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}

/** Applies the first quick fix at the cursor. */
async function quickFix(page) {
  await page.keyboard.press("Control+.");
  const first = page.locator(".action-widget .monaco-list-row.action.focused");
  await first.getByText("Add the instance profile").waitFor();
  await page.screenshot({ path: join(PICTURES, "quick-fix.png") });
  await page.keyboard.press("Enter");
}

async function main() {
  mkdirSync(join(project, ".vscode"), { recursive: true });
  writeFileSync(file("template.yaml"), TEMPLATE);
  writeFileSync(file("server.tf"), SERVER);
  writeFileSync(file("role.tf"), ROLE);
  writeFileSync(file(".vscode/settings.json"), JSON.stringify(SETTINGS));

  execFileSync("node", [MAIN, "--install-extension", EXTENSION, ...FOLDERS, "--accept-server-license-terms"]);
  const port = await freePort();
  const server = spawn("node", [
    MAIN, "--host", "127.0.0.1", "--port", String(port), "--without-connection-token",
    "--accept-server-license-terms", "--telemetry-level", "off", ...FOLDERS,
  ]);
  const log = [];
  server.stdout.on("data", (data) => log.push(data));
  server.stderr.on("data", (data) => log.push(data));
  let browser;
  try {
    await until("the server listens", () => log.join("").includes("Extension host agent listening"));
    browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(`http://127.0.0.1:${port}/?folder=${project}`);
    await page.getByText("Yes, I trust the authors").click();
    try {
      await template(page);
      await module(page);
    } catch (error) {
      await page.screenshot({ path: join(PICTURES, "failure.png") });
      throw error;
    }
  } catch (error) {
    console.error(log.join(""));
    throw error;
  } finally {
    await browser?.close();
    server.kill();
  }
}

/** A template: a squiggle with its message, a quick fix, and a fix on save. */
async function template(page) {
  await openFile(page, "template.yaml");
  const squiggle = page.locator(".squiggly-error").first();
  await squiggle.waitFor();
  console.log("template.yaml: squiggle");

  const box = await squiggle.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const hover = page.locator(".monaco-hover").filter({ hasText: "IPF001" }).first();
  await hover.waitFor();
  await page.screenshot({ path: join(PICTURES, "picture.png") });
  console.log("template.yaml: message on hover");
  await page.mouse.move(5, 5);

  await quickFix(page);
  await page.locator(".view-line").filter({ hasText: "ServerInstanceProfile" }).first().waitFor();
  await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  assert.equal(read("template.yaml"), TEMPLATE, "a quick fix does not save");
  console.log("template.yaml: quick fix, no squiggle");

  await page.keyboard.press("Control+Z");
  await squiggle.waitFor();
  console.log("template.yaml: one undo brings it back");
  await page.keyboard.press("Control+S");
  const saved = await until("the fixed file on disk", () => read("template.yaml") !== TEMPLATE && read("template.yaml"));
  const expected = TEMPLATE.replace("!Ref ServerRole #", "!Ref ServerInstanceProfile #");
  assert.equal(
    saved,
    `${expected}  ServerInstanceProfile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles:
        - !Ref ServerRole
`,
  );
  console.log("template.yaml: fixed on save");
}

/** A Terraform module: one quick fix changes two files. */
async function module(page) {
  await openFile(page, "server.tf");
  const squiggle = page.locator(".squiggly-error").first();
  await squiggle.waitFor();
  console.log("server.tf: squiggle, with the role in another file");
  const box = await squiggle.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await quickFix(page);
  await page.locator(".view-line").filter({ hasText: "aws_iam_instance_profile.server.name" }).first().waitFor();
  await page.keyboard.press("Control+K");
  await page.keyboard.press("S");
  await until("both files on disk", () => read("server.tf") !== SERVER && read("role.tf") !== ROLE);
  assert.equal(
    read("server.tf"),
    SERVER.replace("aws_iam_role.server.name", "aws_iam_instance_profile.server.name"),
  );
  assert.ok(read("role.tf").startsWith(ROLE));
  assert.match(read("role.tf"), /resource "aws_iam_instance_profile" "server" \{\n {2}name = aws_iam_role.server.name\n/);
  console.log("server.tf and role.tf: fixed together");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
