data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

locals {
  zones   = toset(["a", "b"])
  profile = aws_iam_instance_profile.one
}

resource "aws_iam_role" "each" {
  for_each           = local.zones
  name               = "bracket-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "each" {
  for_each = aws_iam_role.each
  name     = each.value["name"]
  role     = each.value["name"]
}

resource "aws_iam_role" "one" {
  name               = "bracket-one"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "one" {
  name = (aws_iam_role.one)["name"]
  role = (aws_iam_role.one)["name"]
}

resource "aws_instance" "each" {
  for_each             = local.zones
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.each[each.key]["name"]
}

resource "aws_instance" "local" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = local.profile["name"]
}

resource "aws_instance" "splat" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  iam_instance_profile = one([aws_iam_instance_profile.one][*])["name"]
}

resource "aws_launch_template" "each" {
  for_each = aws_iam_instance_profile.each

  iam_instance_profile {
    arn = each.value["arn"]
  }
}
