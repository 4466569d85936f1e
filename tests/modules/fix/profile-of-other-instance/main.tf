resource "aws_iam_role" "web" {
  for_each = var.servers

  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "first" {
  for_each = var.servers

  role = aws_iam_role.web["first"].name
}

resource "aws_iam_instance_profile" "value" {
  for_each = var.servers

  role = aws_iam_role.web[each.value].name
}

resource "aws_instance" "web" {
  for_each = var.servers

  iam_instance_profile = aws_iam_role.web[each.key].name
}

resource "aws_iam_role" "db" {
  count = 2

  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "db" {
  count = 2

  role = aws_iam_role.db[0].name
}

resource "aws_instance" "db" {
  iam_instance_profile = aws_iam_role.db[1].name
}
