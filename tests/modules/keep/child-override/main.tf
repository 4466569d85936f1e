module "box" {
  source = "./box"

  identity = aws_iam_role.box.name
  other    = aws_iam_role.box.name
  label    = aws_iam_role.box.name
}

resource "aws_iam_role" "box" {
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
