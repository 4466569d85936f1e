resource "aws_iam_instance_profile" "half" {
  role = 
