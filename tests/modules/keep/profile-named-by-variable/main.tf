variable "name" {
  type = string
}

resource "aws_iam_instance_profile" "web" {
  name = var.name
  role = var.name
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_instance_profile.web.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
