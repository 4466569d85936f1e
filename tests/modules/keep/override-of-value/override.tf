resource "aws_instance" "web" {
  iam_instance_profile = "given-elsewhere"
}

resource "aws_launch_template" "web" {
  iam_instance_profile {
    name = "given-elsewhere"
  }
}
