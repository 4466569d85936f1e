resource "aws_instance" "busy" {
  iam_instance_profile = "given-elsewhere"
}
