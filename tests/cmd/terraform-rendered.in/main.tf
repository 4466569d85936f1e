resource "aws_instance" {{ cookiecutter.name }} {
  iam_instance_profile = aws_iam_role.web.name
}
