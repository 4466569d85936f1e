resource "aws_iam_role" "web" {
  assume_role_policy = var.trust
}

resource "aws_instance" "dashes" {
  iam_instance_profile = join("-", [aws_iam_role.web.name, "profile"])
}

resource "aws_instance" "empty" {
  iam_instance_profile = join("", [aws_iam_role.web.name, "-profile"])
}
