"""The measured sections of docs/performance.md, each with the machine, the commit and the command of its figures."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "performance.md"
SOURCES = ["src", "Cargo.toml", "Cargo.lock"]


def build():
    """Builds the command, and the tool that writes the templates of the benchmarks and runs a bare parser."""
    # Separate builds, because the example's test dependencies must not affect the command.
    for what in (["--example", "bench-tool"], ["--bins"]):
        subprocess.run(["cargo", "build", "--release", "--quiet", "--locked", *what], check=True, cwd=ROOT)


def conditions(command, *tools):
    """Returns the sentences about a section's figures; `tools` are programs that it compares with."""
    model = next(line.partition(": ")[2] for line in open("/proc/cpuinfo") if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [output(tool, "--version").split("\n")[0] for tool in (*tools, "rustc") if shutil.which(tool)]
    return (
        f"{model.strip()}, {os.cpu_count()} threads, {memory:.0f} GiB, Linux {platform.release()}; {', '.join(versions)}; "
        f"commit {commit()}. Written by `{command}`."
    )


def instructions(*command):
    """Counts the instructions of a process with callgrind, which gives the same count on a busy machine."""
    run = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)]
    errors = subprocess.run(run, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    found = re.search(r"Collected : (\d+)", errors)
    return int(found[1]) if found else sys.exit(f"{' '.join(run)}\n{errors}")


def clean_module(size):
    """Returns a correct Terraform module of about this many bytes."""
    text = """resource "aws_iam_role" "server" {
  name               = "server"
  assume_role_policy = data.aws_iam_policy_document.server.json
}

resource "aws_iam_instance_profile" "server" {
  name = "server"
  role = aws_iam_role.server.name
}

data "aws_iam_policy_document" "server" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}
"""
    number = 0
    while len(text) < size:
        number += 1
        text += f"""
resource "aws_instance" "server_{number}" {{
  ami                    = data.aws_ami.linux.id # the current one
  instance_type          = "t3.micro"
  subnet_id              = var.subnets[{number}]
  vpc_security_group_ids = [aws_security_group.server.id]
  iam_instance_profile   = aws_iam_instance_profile.server.name

  tags = {{
    Name = "server-{number}"
  }}
}}
"""
    return text


def commit():
    """Returns the last commit that changed the program."""
    if output("git", "status", "--porcelain", "--", *SOURCES):
        sys.exit("commit the changes of the program first, because its figures name the commit")
    return output("git", "log", "-1", "--format=%h", "--", *SOURCES).strip()


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout


def write(sections):
    """Replaces sections of the page, by their numbers; the others stay as they are."""
    head, title, rest = PAGE.read_text().partition("## Measured\n")
    measured, next_title, rest = rest.partition("\n## ")
    if not title or not next_title:
        sys.exit(f"{PAGE} has no section `Measured`")
    introduction, *parts = re.split(r"^### (?=\d)", measured, flags=re.MULTILINE)
    numbered = {int(part.partition(".")[0]): f"### {part.strip()}" for part in parts} | sections
    measured = "\n\n".join([introduction.strip(), *(section for _, section in sorted(numbered.items()))])
    PAGE.write_text(f"{head}{title}\n{measured}\n{next_title}{rest}")
