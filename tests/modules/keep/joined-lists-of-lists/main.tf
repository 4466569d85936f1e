locals {
  l0 = concat(local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1, local.l1)
  l1 = concat(local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2, local.l2)
  l2 = concat(local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3, local.l3)
  l3 = concat(local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4, local.l4)
  l4 = concat(local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5, local.l5)
  l5 = concat(local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6, local.l6)
  l6 = concat(local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7, local.l7)
  l7 = concat(local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8, local.l8)
  l8 = concat(local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9, local.l9)
  l9 = aws_iam_role.web[*].name
}

resource "aws_instance" "web" {
  iam_instance_profile = join("", local.l0)
}

resource "aws_iam_role" "web" {
  count              = 1
  assume_role_policy = var.trust
}
