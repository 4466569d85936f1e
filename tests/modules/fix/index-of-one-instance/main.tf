resource "aws_instance" "web" {
  iam_instance_profile = aws_iam_role.web[0].name
}

resource "aws_iam_role" "web" {
  count              = 1
  name               = "web"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "web" {
  role = "web"
}
