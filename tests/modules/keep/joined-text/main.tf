resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_instance" "dashes" {
  iam_instance_profile = join("-", [aws_iam_role.web.name, "profile"])
}

resource "aws_instance" "empty" {
  iam_instance_profile = join("", [aws_iam_role.web.name, "-profile"])
}

locals {
  parts = ["prod", aws_iam_role.web.name]
  names = { parts = local.parts }
}

resource "aws_instance" "parts_of_a_local_value" {
  iam_instance_profile = join("-", local.parts)
}

resource "aws_instance" "parts_through_another" {
  iam_instance_profile = join("-", local.names.parts)
}

resource "aws_instance" "parts_of_a_splat" {
  iam_instance_profile = join("-", ["prod", aws_iam_role.web.name][*])
}

resource "aws_instance" "empty_end" {
  iam_instance_profile = join("-", [aws_iam_role.web.name, ""])
}

locals {
  prefix = ["prod-"]
}

resource "aws_instance" "prefix" {
  iam_instance_profile = join("", concat(local.prefix, aws_iam_role.web[*].name))
}
