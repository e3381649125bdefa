"""Whatever rsx asks of AWS, the local cloud answers: the calls in its source against what the cloud knows."""

import pathlib
import re

import botocore.session
from botocore import xform_name

from cloud import CloudTest
from protocol import post

SOURCE = pathlib.Path(__file__).parents[2] / "interpreter/aws/src"
# How the source calls the client of a service.
CLIENTS = {
    "sts": "sts",
    "ec2": "ec2",
    "balancing": "elbv2",
    "keys": "kms",
    "clusters": "redshift",
    "data": "redshift-data",
    "serverless": "redshift-serverless",
    "secrets": "secretsmanager",
}


def calls():
    """What each service is asked for: the service's operations that are called where its client is taken."""
    session, found = botocore.session.get_session(), set()
    for path in SOURCE.rglob("*.rs"):
        text = path.read_text()
        methods = set(re.findall(r"\.\s*([a-z0-9_]+)\(\)", text))
        for client, service in CLIENTS.items():
            if client in methods:
                names = session.get_service_model(service).operation_names
                found |= {(service, name) for name in names if xform_name(name) in methods}
    return sorted(found)


class Operations(CloudTest):
    def test_every_client_of_the_source_is_known_here(self):
        text = (SOURCE / "clients.rs").read_text()
        self.assertEqual(set(re.findall(r"pub\(crate\) fn (\w+)\(&self\) -> &aws_sdk_", text)), set(CLIENTS))

    def test_every_operation_that_rsx_calls_is_there(self):
        asked = calls()
        self.assertIn(("ec2", "ModifyVpcEndpoint"), asked)
        self.assertIn(("redshift-serverless", "RestoreFromSnapshot"), asked)
        unknown = []
        for service, operation in asked:
            model = botocore.session.get_session().get_service_model(service)
            if model.metadata["protocol"] == "json":
                headers = {"X_Amz_Target": f"{model.metadata['targetPrefix']}.{operation}"}
                status, text = post(model.signing_name, '{"NoSuchMember": 1}', **headers)
            else:
                form = f"Action={operation}&Version={model.api_version}&NoSuchMember=1"
                status, text = post(model.signing_name, form)
            if "InvalidAction" in text or "UnknownOperationException" in text:
                unknown.append(f"{service}:{operation}")
        self.assertEqual(unknown, [])
