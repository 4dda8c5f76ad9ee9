"""Certificates: the authority that signs identities in an environment."""

from components.certificates.authority import ISSUER, CertificateAuthority

__all__ = ["ISSUER", "CertificateAuthority"]
