resource "aws_instance" "tier" {
  for_each = aws_iam_role.tier

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.tier[each.key].name
}

resource "aws_instance" "web" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.tier["web"].arn
}

resource "aws_instance" "other" {
  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.zone["web"].name
}

resource "aws_instance" "each" {
  for_each = aws_iam_role.zone

  ami                  = "ami-0abcdef1234567890"
  instance_type        = "t3.micro"
  iam_instance_profile = each.value.name
}

resource "aws_iam_role" "tier" {
  for_each = toset(["web", "db"])

  name               = "chained-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "tier" {
  for_each = aws_iam_role.tier

  role = each.value.name
}

resource "aws_iam_role" "zone" {
  for_each = toset(["web", "db"])

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "zone" {
  for_each = aws_iam_role.zone

  name = "zone-${each.key}"
  role = aws_iam_role.zone[each.key].name
}
