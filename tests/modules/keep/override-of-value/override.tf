resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_instance_profile.web.name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = aws_iam_instance_profile.web.name
  }
}
