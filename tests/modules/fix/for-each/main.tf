locals {
  tiers = toset(["web", "db"])
}

resource "aws_iam_role" "tier" {
  for_each = local.tiers

  name               = "tier-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_instance" "tier" {
  for_each = local.tiers

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.tier[each.value].name
}

resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.tier["web"].arn
}
