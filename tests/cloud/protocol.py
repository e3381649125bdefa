"""What every service has in common: who is let in, which operations there are, how requests are checked."""

import http.client
import json
import os
import urllib.parse

from cloud import CloudTest, client

SIGNED = "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def post(service, body, **headers):
    """A request of no SDK; returns status and body."""
    where = urllib.parse.urlsplit(os.environ["RSX_CLOUD_URL"])
    connection = http.client.HTTPConnection(where.hostname, where.port)
    if service:
        headers["Authorization"] = SIGNED.format(service)
    connection.request("POST", "/", body, {name.replace("_", "-"): value for name, value in headers.items()})
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


class UnknownOperations(CloudTest):
    def test_query(self):
        status, text = post("sts", "Action=MakeCoffee&Version=2011-06-15")
        self.assertEqual(status, 400)
        self.assertIn("<Code>InvalidAction</Code>", text)
        self.assertIn("Could not find operation MakeCoffee for version 2011-06-15", text)
