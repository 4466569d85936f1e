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

locals {
  alias = local.pair
  row   = local.pairs[1]
  names = { web = local.row }
}

resource "aws_instance" "through_another_value" {
  iam_instance_profile = local.alias[0]
}

resource "aws_instance" "through_two" {
  iam_instance_profile = local.names.web[1]
}

resource "aws_instance" "element" {
  iam_instance_profile = element(local.pair, 0)
}

resource "aws_instance" "converted" {
  iam_instance_profile = tolist([aws_iam_role.web.name, aws_iam_instance_profile.web.name])[1]
}

resource "aws_instance" "chosen" {
  iam_instance_profile = (var.plain ? local.row : [local.pair[1], local.pair[0]])[1]
}

resource "aws_instance" "in_quotes" {
  iam_instance_profile = local.row["1"]
}

locals {
  rows = local.pairs[*]
}

resource "aws_instance" "of_a_splat" {
  iam_instance_profile = local.rows[1][1]
}

resource "aws_instance" "after_a_splat" {
  iam_instance_profile = local.row.*[1]
}

resource "aws_instance" "first_of_any_length" {
  iam_instance_profile = concat(data.aws_iam_instance_profiles.web.names, [aws_iam_role.web.name, local.pair[0]])[1]
}

variable "plain" {
  type    = bool
  default = true
}

data "aws_iam_instance_profiles" "web" {
  role_name = "web"
}

resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}

resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
