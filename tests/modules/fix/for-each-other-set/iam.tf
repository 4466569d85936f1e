resource "aws_iam_role" "team_role" {
  for_each = {
    red  = "/red/"
    blue = "/blue/"
  }

  name_prefix        = each.key
  path               = each.value
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
