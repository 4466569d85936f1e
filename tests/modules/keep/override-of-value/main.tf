resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web.name
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = aws_iam_role.web.name
  }
}

resource "aws_iam_role" "web" {
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}
