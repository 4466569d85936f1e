resource "aws_iam_role" "web" {
  for_each = toset(var.servers)

  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "web" {
  for_each = toset(var.servers)

  role = aws_iam_role.web[each.value].name
}

resource "aws_instance" "web" {
  for_each = toset(var.servers)

  iam_instance_profile = aws_iam_instance_profile.web[each.key].name
}

resource "aws_iam_role" "db" {
  count = var.create ? 1 : 0

  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "db" {
  count = var.create ? 1 : 0

  role = one(aws_iam_role.db[*].name)
}

resource "aws_instance" "db" {
  iam_instance_profile = one(aws_iam_instance_profile.db[*].name)
}
