resource "aws_iam_role" "team_role" {
  for_each = {
    red  = "/red/"
    blue = "/blue/"
  }

  name_prefix        = each.key
  path               = each.value
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "team_instance_profile" {
  for_each = {
    red  = "/red/"
    blue = "/blue/"
  }

  name = aws_iam_role.team_role[each.key].name
  path = each.value
  role = aws_iam_role.team_role[each.key].name
}
