"""Lists everything that is in a cloud, service by service, without the names that the cloud itself has given."""
import re

import boto3

def tell(what, names):
    for name in sorted(names):
        print(what, name)


def nameless(text):
    return re.sub(r"vpce-\w+|[0-9a-f]{16,}", "…", text)


ec2, elb = boto3.client("ec2"), boto3.client("elbv2")
tell("vpc", [v["CidrBlock"] for v in ec2.describe_vpcs()["Vpcs"]])
tell("subnet", [s["CidrBlock"] for s in ec2.describe_subnets()["Subnets"]])
tell("table", [str(len(t["Associations"])) for t in ec2.describe_route_tables()["RouteTables"]])
tell("group", [g["GroupName"] for g in ec2.describe_security_groups()["SecurityGroups"]])
tell("rule", [str(r.get("FromPort")) for r in ec2.describe_security_group_rules()["SecurityGroupRules"]])
tell("endpoint", [e["ServiceName"] for e in ec2.describe_vpc_endpoints()["VpcEndpoints"]])
tell("interface", [nameless(i["Description"]) for i in ec2.describe_network_interfaces()["NetworkInterfaces"]])
tell("balancer", [b["LoadBalancerName"] for b in elb.describe_load_balancers()["LoadBalancers"]])
tell("target group", [g["TargetGroupName"] for g in elb.describe_target_groups()["TargetGroups"]])
serverless = boto3.client("redshift-serverless")
tell("namespace", [n["namespaceName"] for n in serverless.list_namespaces()["namespaces"]])
tell("workgroup", [w["workgroupName"] for w in serverless.list_workgroups()["workgroups"]])
for snapshot in serverless.list_snapshots()["snapshots"]:
    days = snapshot.get("snapshotRetentionPeriod")
    print("snapshot", snapshot["snapshotName"].split("-final-")[0], snapshot["status"], days)
tell("share", [s["DataShareArn"].split("/")[-1] for s in boto3.client("redshift").describe_data_shares()["DataShares"]])
tell("secret", [s["Name"] for s in boto3.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]])
kms = boto3.client("kms")
tell("alias", [a["AliasName"] for a in kms.list_aliases()["Aliases"] if not a["AliasName"].startswith("alias/aws/")])
tell("key", [kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"]["KeyState"] for k in kms.list_keys()["Keys"]])
tell("role", [r["RoleName"] for r in boto3.client("iam").list_roles()["Roles"]])
