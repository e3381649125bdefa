"""What every service has in common: who is let in, which operations there are, how requests are checked."""

import http.client
import json
import os
import urllib.parse

from cloud import CloudTest, client

SIGNED = "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def post(service, body, path="/", **headers):
    """A request of no SDK; returns status and body."""
    where = urllib.parse.urlsplit(os.environ["RSX_CLOUD_URL"])
    connection = http.client.HTTPConnection(where.hostname, where.port)
    if service:
        headers["Authorization"] = SIGNED.format(service)
    connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


class Strangers(CloudTest):
    def test_an_unsigned_request_is_not_let_in(self):
        status, text = post(None, "Action=GetCallerIdentity&Version=2011-06-15")
        self.assertEqual(status, 403)
        self.assertIn("<Code>MissingAuthenticationToken</Code>", text)

    def test_a_service_that_is_not_here_is_named(self):
        status, text = post("braket", "{}", X_Amz_Target="Braket.CreateJob")
        self.assertEqual(status, 404)
        self.assertIn("braket", json.loads(text)["message"])


class Requests(CloudTest):
    def test_a_body_that_is_not_json(self):
        status, text = post("kms", "{", X_Amz_Target="TrentService.ListKeys")
        self.assertEqual((status, json.loads(text)["__type"]), (400, "SerializationException"))

    def test_a_parameter_that_ec2_does_not_know(self):
        status, text = post("ec2", "Action=DescribeVpcs&Version=2016-11-15&Colour=red")
        self.assertIn("<Code>UnknownParameter</Code><Message>The parameter Colour is not recognized</Message>", text)

    def test_a_form_can_stand_in_the_address(self):
        status, text = post("sts", "", path="/?Action=GetCallerIdentity&Version=2011-06-15")
        self.assertEqual(status, 200)
        self.assertIn("<Account>000000000000</Account>", text)


class UnknownOperations(CloudTest):
    def test_json(self):
        status, text = post("kms", "{}", X_Amz_Target="TrentService.MakeCoffee")
        self.assertEqual((status, json.loads(text)["__type"]), (400, "UnknownOperationException"))

    def test_a_version_that_is_not_spoken(self):
        status, text = post("iam", "Action=ListRoles&Version=1999-01-01")
        self.assertIn("<Code>InvalidAction</Code>", text)

    def test_query(self):
        status, text = post("sts", "Action=MakeCoffee&Version=2011-06-15")
        self.assertEqual(status, 400)
        self.assertIn("<Code>InvalidAction</Code>", text)
        self.assertIn("Could not find operation MakeCoffee for version 2011-06-15", text)
