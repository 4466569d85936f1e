resource "aws_iam_instance_profile" "for_jobs" {
  name = "jobs-on-ec2"
  role = aws_iam_role.jobs.id
}
