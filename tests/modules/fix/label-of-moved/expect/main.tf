resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_iam_instance_profile" "web_3" {
  role = aws_iam_role.web.name
}

resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_instance_profile.web_3.name
}

moved {
  from = aws_iam_instance_profile.web
  to   = aws_iam_instance_profile.other
}

removed {
  from = aws_iam_instance_profile.web_2

  lifecycle {
    destroy = false
  }
}
