resource "aws_iam_role" "web" {
  count = var.create ? 1 : 0

  assume_role_policy = var.trust
}

resource "aws_instance" "one" {
  iam_instance_profile = join("", aws_iam_role.web.*.name)
}

resource "aws_instance" "either" {
  iam_instance_profile = join("", concat(aws_iam_role.web.*.name, var.others))
}

locals {
  names  = concat(aws_iam_role.web.*.name, [""])
  chosen = var.create ? (aws_iam_role.web[*].name) : []
}

resource "aws_instance" "through_a_local_value" {
  iam_instance_profile = join("", local.names)
}

resource "aws_instance" "through_a_condition" {
  iam_instance_profile = join("", local.chosen)
}
