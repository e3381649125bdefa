"""Makes the service models of the local cloud from botocore's.

    pip download --no-deps botocore==1.44.5 && unzip botocore-*.whl -d botocore-wheel
    python trim.py botocore-wheel/botocore/data

Each service's `service-2.json` is cut to the operations named below and to what
the cloud needs of a shape: types, required members, limits, patterns, enums, wire
names, and the codes of errors. The models are Copyright Amazon.com, Inc. or its
affiliates, licensed under the Apache License, Version 2.0 (see NOTICE).
"""

import gzip
import json
import pathlib
import sys

OPERATIONS = {
    "sts": "GetCallerIdentity AssumeRole GetSessionToken",
    "ec2": """
        CreateVpc DeleteVpc DescribeVpcs ModifyVpcAttribute DescribeVpcAttribute
        CreateSubnet DeleteSubnet DescribeSubnets ModifySubnetAttribute
        CreateRouteTable DeleteRouteTable DescribeRouteTables AssociateRouteTable DisassociateRouteTable
        CreateSecurityGroup DeleteSecurityGroup DescribeSecurityGroups
        AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress
        RevokeSecurityGroupIngress RevokeSecurityGroupEgress
        DescribeSecurityGroupRules ModifySecurityGroupRules
        CreateVpcEndpoint ModifyVpcEndpoint DeleteVpcEndpoints DescribeVpcEndpoints
        DescribeNetworkInterfaces DeleteNetworkInterface
        DescribeNetworkAcls DescribeInternetGateways
        CreateTags DeleteTags DescribeTags
        DescribeAvailabilityZones DescribeRegions DescribeAccountAttributes
    """,
    "elbv2": """
        CreateLoadBalancer DeleteLoadBalancer DescribeLoadBalancers
        ModifyLoadBalancerAttributes DescribeLoadBalancerAttributes SetSecurityGroups SetSubnets
        CreateTargetGroup DeleteTargetGroup DescribeTargetGroups ModifyTargetGroup
        ModifyTargetGroupAttributes DescribeTargetGroupAttributes
        RegisterTargets DeregisterTargets DescribeTargetHealth
        CreateListener DeleteListener ModifyListener DescribeListeners
        ModifyListenerAttributes DescribeListenerAttributes
        AddTags RemoveTags DescribeTags
    """,
    "iam": """
        CreateRole DeleteRole GetRole ListRoles UpdateRole UpdateAssumeRolePolicy
        TagRole UntagRole ListRoleTags
        PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies
        AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies
        CreatePolicy GetPolicy DeletePolicy ListPolicies
        CreateServiceLinkedRole ListInstanceProfilesForRole
    """,
    "kms": """
        CreateKey DescribeKey ListKeys UpdateKeyDescription EnableKey DisableKey
        CreateAlias UpdateAlias DeleteAlias ListAliases
        EnableKeyRotation DisableKeyRotation GetKeyRotationStatus
        PutKeyPolicy GetKeyPolicy ListKeyPolicies
        ScheduleKeyDeletion CancelKeyDeletion
        TagResource UntagResource ListResourceTags
    """,
    "secretsmanager": """
        CreateSecret DescribeSecret GetSecretValue PutSecretValue UpdateSecret
        UpdateSecretVersionStage ListSecretVersionIds ListSecrets
        DeleteSecret RestoreSecret RotateSecret GetRandomPassword
        TagResource UntagResource
    """,
    "redshift-serverless": """
        CreateNamespace GetNamespace UpdateNamespace DeleteNamespace ListNamespaces
        CreateWorkgroup GetWorkgroup UpdateWorkgroup DeleteWorkgroup ListWorkgroups
        CreateSnapshot GetSnapshot UpdateSnapshot DeleteSnapshot ListSnapshots RestoreFromSnapshot
        CreateEndpointAccess GetEndpointAccess UpdateEndpointAccess DeleteEndpointAccess ListEndpointAccess
        CreateUsageLimit GetUsageLimit UpdateUsageLimit DeleteUsageLimit ListUsageLimits
        GetCredentials TagResource UntagResource ListTagsForResource
    """,
    "redshift": """
        DescribeClusterSnapshots DescribeDataShares
        DescribeDataSharesForProducer DescribeDataSharesForConsumer
    """,
    "redshift-data": """
        ExecuteStatement BatchExecuteStatement DescribeStatement GetStatementResult GetStatementResultV2
        CancelStatement ListStatements ListDatabases ListSchemas ListTables DescribeTable
    """,
}

METADATA = "apiVersion protocol jsonVersion targetPrefix xmlNamespace endpointPrefix signingName".split()
SHAPE = "type required min max enum pattern sensitive locationName flattened timestampFormat".split()
MEMBER = "shape locationName queryName flattened timestampFormat".split()

# Patterns with look-around, which the cloud's regular expressions lack.
UNCHECKED = ("(?=", "(?!", "(?<")


def kept(source, keys):
    return {key: source[key] for key in keys if key in source}


def trim_shape(shape):
    out = kept(shape, SHAPE)
    if any(sign in out.get("pattern", "") for sign in UNCHECKED):
        del out["pattern"]
    if shape["type"] == "structure":
        out["members"] = {name: kept(m, MEMBER) for name, m in shape["members"].items()}
    elif shape["type"] == "list":
        out["member"] = kept(shape["member"], MEMBER)
    elif shape["type"] == "map":
        out["key"] = kept(shape["key"], MEMBER)
        out["value"] = kept(shape["value"], MEMBER)
    return out


def references(shape):
    parts = list(shape.get("members", {}).values())
    parts += [shape[part] for part in ("member", "key", "value") if part in shape]
    return [part["shape"] for part in parts]


def trim_error(name, shape):
    """The wire's code, its HTTP status, and how the shape spells `message`."""
    error = shape.get("error", {})
    spelled = [m for m in shape["members"] if m.lower() == "message"]
    out = {"status": error.get("httpStatusCode", 500 if shape.get("fault") else 400)}
    if spelled:
        out["message"] = spelled[0]
    return error.get("code", name), out


def trim(model, wanted):
    operations, errors, shapes = {}, {}, {}
    queue = []
    for name in wanted:
        operation = model["operations"][name]
        entry = {}
        for side in ("input", "output"):
            if side in operation:
                entry[side] = operation[side]["shape"]
                queue.append(entry[side])
        if "resultWrapper" in operation.get("output", {}):
            entry["resultWrapper"] = operation["output"]["resultWrapper"]
        operations[name] = entry
        for error in operation.get("errors", []):
            code, rest = trim_error(error["shape"], model["shapes"][error["shape"]])
            errors[code] = rest
    while queue:
        name = queue.pop()
        if name not in shapes:
            shapes[name] = trim_shape(model["shapes"][name])
            queue += references(shapes[name])
    return {
        "metadata": kept(model["metadata"], METADATA),
        "operations": dict(sorted(operations.items())),
        "errors": dict(sorted(errors.items())),
        "shapes": dict(sorted(shapes.items())),
    }


def write(path, model):
    """One operation, error or shape a line, so that a newer botocore reads as a diff."""
    lines = []
    for section, entries in model.items():
        body = ",\n".join(f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in entries.items())
        lines.append(f'"{section}":{{\n{body}\n}}')
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    data = pathlib.Path(sys.argv[1])
    here = pathlib.Path(__file__).parent
    for service, wanted in OPERATIONS.items():
        newest = sorted((data / service).iterdir())[-1]
        with gzip.open(newest / "service-2.json.gz") as file:
            model = json.load(file)
        write(here / f"{service}.json", trim(model, wanted.split()))


main()
