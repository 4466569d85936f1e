module "box" {
  source = "./box"

  machine_profile = aws_iam_role.box.name
  role_to_log     = aws_iam_role.box.name
}

resource "aws_iam_role" "box" {
  name               = "box"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
