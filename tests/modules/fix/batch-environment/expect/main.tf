resource "aws_batch_compute_environment" "render" {
  compute_environment_name = "render"
  service_role             = aws_iam_role.batch.arn
  type                     = "MANAGED"

  compute_resources {
    instance_role       = aws_iam_instance_profile.render-instance-profile.arn
    instance_type       = ["m5"]
    max_vcpus           = 4
    min_vcpus           = 0
    security_group_ids  = ["sg-0a1b2c3d"]
    spot_iam_fleet_role = aws_iam_role.batch.arn
    subnets             = ["subnet-0a1b2c3d"]
    type                = "EC2"
  }
}

resource "aws_iam_role" "render-role" {
  name               = "render-role"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_instance_profile" "render-instance-profile" {
  name = aws_iam_role.render-role.name
  role = aws_iam_role.render-role.name
}

resource "aws_iam_role" "batch" {
  name               = "batch"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "batch.amazonaws.com" } }] })
}
