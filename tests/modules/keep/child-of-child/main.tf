module "outer" {
  source = "./outer"

  identity = aws_iam_role.box.name
  machines = { box = { identity = aws_iam_role.box.name } }
  remote   = aws_iam_role.box.name
  label    = aws_iam_role.box.name
}

resource "aws_iam_role" "box" {
  name               = "box"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
