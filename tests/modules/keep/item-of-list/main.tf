locals {
  pair = [aws_iam_instance_profile.web.name, aws_iam_role.web.name]
}

resource "aws_instance" "web" {
  iam_instance_profile = local.pair[0]
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = local.pair[1]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

locals {
  pairs = ([[aws_iam_role.web.name], [aws_iam_role.web.name, aws_iam_instance_profile.web.name]])
}

resource "aws_instance" "db" {
  iam_instance_profile = local.pairs[1][1]
}

resource "aws_instance" "api" {
  iam_instance_profile = [aws_iam_role.web.name, aws_iam_instance_profile.web.name][1]
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
