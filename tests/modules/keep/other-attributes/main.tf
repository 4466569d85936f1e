resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web.tags["profile"]
}

resource "aws_instance" "api" {
  iam_instance_profile = try(aws_iam_role.web.managed_policy_arns[0], null)
}

resource "aws_instance" "jobs" {
  iam_instance_profile = aws_iam_role.web["name"]
}

resource "aws_instance" "other" {
  iam_instance_profile = data.aws_iam_role.other.description
}

resource "aws_lambda_function" "web" {
  role = aws_iam_instance_profile.web.tags["role"]
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.tags["role"]
}

resource "aws_iam_role_policy" "other" {
  role   = data.aws_iam_instance_profile.other.role_id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}

data "aws_iam_instance_profile" "other" {
  name = "other"
}

data "aws_iam_role" "other" {
  name = "other"
}

resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
  tags               = { profile = "web-profile", role = "web" }
}
