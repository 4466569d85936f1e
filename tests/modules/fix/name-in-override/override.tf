resource "aws_iam_instance_profile" "other" {
  name = "web"
}
