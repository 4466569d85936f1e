resource "aws_iam_instance_profile" "web" {
  name = uuid()
  role = uuid()
}

resource "aws_iam_role_policy_attachment" "web" {
  role       = aws_iam_instance_profile.web.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
