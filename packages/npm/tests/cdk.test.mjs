// The plugin for the AWS CDK, as docs/cdk.md describes it, with the CDK itself.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { inProject, root, run } from "./project.mjs";

const page = join(root, "docs/cdk.md");
const text = readFileSync(page, "utf8");
const [app, fixed, acknowledgement, metadata] = Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, block]) => block);
const OUTPUT = /(?<=^```text\n).*?(?=^```$)/ms;

const withServer = (server) => app.replace(/new ec2\.CfnInstance[^]*$/, server);

/** Runs `cdk synth` on a version of the app. */
function synth(source, ...parameters) {
  mkdirSync(inProject("cdk", "bin"), { recursive: true });
  writeFileSync(inProject("cdk", "bin", "servers.ts"), source);
  const command = ["synth", "--quiet", "--no-notices", "--no-version-reporting", "--no-color"];
  const application = ["--app", "npx ts-node --transpile-only bin/servers.ts"];
  return run("cdk", "npx", ["--offline", "cdk", ...command, ...application, ...parameters]);
}

/** Returns the findings of the plugin in the output, each with the line of the app. */
function findings({ stdout, stderr }) {
  const found = `${stdout}${stderr}`.match(/^\S+:\d+:\d+\n[A-Z]+ .* \(cfn-ipfix\)\n(?: {3}.*\n)*/gm);
  return (found ?? []).join("\n");
}

test("cdk synth fails with the output of the page", () => {
  const result = synth(app);
  assert.equal(result.status, 1, result.stderr);
  const printed = findings(result);
  if (process.env.WRITE) writeFileSync(page, text.replace(OUTPUT, printed));
  else assert.equal(printed, OUTPUT.exec(text)[0]);
});

test("the fixed app passes", () => {
  const result = synth(withServer(fixed));
  assert.equal(result.status, 0, result.stderr);
  assert.equal(findings(result), "");
});

test("an acknowledged finding passes", () => {
  const result = synth(app + acknowledgement);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(findings(result), "");
});

test("a finding that metadata suppresses passes", () => {
  const result = synth(app + metadata);
  assert.equal(result.status, 0, result.stderr);
  assert.equal(findings(result), "");
});

test("options disable rules", () => {
  const result = synth(app.replace("new CfnIpfix()", 'new CfnIpfix({ ignore: ["IPF001"] })'));
  assert.equal(result.status, 0, result.stderr);
});

test("invalid options are errors", () => {
  for (const [options, message] of [
    ['{ ignore: ["IPF999"] }', "there is no rule `IPF999`"],
    ['{ ignore: "IPF001" }', "the option `ignore` of CfnIpfix must be a list of rules"],
    ['{ ignor: ["IPF001"] }', "CfnIpfix has no option `ignor`"],
  ]) {
    const result = synth(withServer(fixed).replace("new CfnIpfix()", `new CfnIpfix(${options})`));
    assert.equal(result.status, 1, result.stderr);
    assert.ok(result.stderr.includes(message), result.stderr);
  }
});

test("cdk synth fails if the check fails", () => {
  const broken = `Validations.of(app).addPlugins(
    Object.assign(new CfnIpfix(), {
      validate: (context) => new CfnIpfix().validate({ ...context, templatePaths: ["missing.template.json"] }),
    }),
  );`;
  const result = synth(withServer(fixed).replace(/^Validations.*$/m, broken));
  assert.equal(result.status, 1, result.stderr);
  assert.match(result.stderr, /^ERROR The templates could not be checked: ENOENT: .*missing\.template\.json.* \(cfn-ipfix\)$/m);
});

const crossing = (stack) =>
  withServer(`const other = ${stack};
new ec2.CfnInstance(other, "Server", { imageId: "resolve:ssm:/image", iamInstanceProfile: role.roleName });`);

test("a value that another stack exports is reported as unchecked", () => {
  const result = synth(crossing('new Stack(app, "Other")'));
  assert.equal(result.status, 0, result.stderr);
  assert.equal(
    findings(result),
    `bin/servers.ts:12:1
INFO \`IamInstanceProfile\` of \`Server\` comes from an export of another stack (cfn-ipfix)
   Other/Server (Server) aws-cdk-lib.aws_ec2.CfnInstance
   Acknowledge with 'cfn-ipfix::unchecked'
`,
  );
});

test("a value that a nested stack gets is reported as unchecked", () => {
  const source = crossing('new NestedStack(stack, "Inner")').replace("App, Stack,", "App, NestedStack, Stack,");
  const result = synth(source, "--strict");
  assert.equal(result.status, 0, result.stderr);
  assert.match(findings(result), /INFO `IamInstanceProfile` of `Server` comes from the parameter/);
  assert.match(findings(result), /^ {3}Servers\/Inner\/Server \(Server\)/m);
});

test("an unchecked value can be acknowledged", () => {
  const acknowledged = 'Validations.of(other).acknowledge({ id: "cfn-ipfix::unchecked", reason: "It is a profile" });';
  assert.equal(findings(synth(crossing('new Stack(app, "Other")') + acknowledged)), "");
});

test("a stack without resources passes without a message", () => {
  const result = synth(app.replace(/^const role[^]*$/m, ""));
  assert.equal(result.status, 0, result.stderr);
  assert.equal(findings(result), "");
});

test("nested stacks and stages are checked", () => {
  const nested = app
    .replace("App, Stack,", "App, NestedStack, Stack, Stage,")
    .replace('new Stack(app, "Servers")', 'new NestedStack(new Stack(new Stage(app, "Prod"), "Servers"), "Inner")');
  const result = synth(nested, "**");
  assert.equal(result.status, 1, result.stderr);
  assert.match(findings(result), /^ {3}Prod\/Servers\/Inner\/Server \(Server\)/m);
});

test("the types fit those of the CDK", () => {
  synth(app);
  // The first checks the declarations too, which takes long with those of the CDK.
  for (const options of [[], ["--module", "commonjs", "--moduleResolution", "node10", "--skipLibCheck"]]) {
    const { stdout, status } = run("cdk", "npx", ["--offline", "tsc", "--project", ".", ...options]);
    assert.equal(status, 0, stdout);
  }
});
