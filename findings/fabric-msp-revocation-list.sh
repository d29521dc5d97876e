#!/usr/bin/env bash
# A revocation list without an authority key identifier, which does not name the member. RFC 5280 has issuers write the identifier
# (section 5.2.1) and applications process lists of version 1 too, which have no place for it (section 5); `openssl ca -gencrl` without
# crl_extensions writes such a list. Seen here: the MSP of Hyperledger Fabric 2.1.1, built with Go 1.26, can be set up with one of its own
# root, and then the member is invalid, even if the list is empty: Fabric reads the identifier of each list for each member, whomever the
# list names, and where there is none, the member fails. So a list needs one before it goes into a channel. Fabric 3.1.5: "no key
# identifier" in test/vectors/msp/lists.json. Valid input; needs Go and its module proxy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'MOD'
module finding

go 1.21

require (
	github.com/golang/protobuf v1.3.3
	github.com/hyperledger/fabric v2.1.1+incompatible
	github.com/hyperledger/fabric-amcl v0.0.0-20200424173818-327c9e2cf77a
	github.com/hyperledger/fabric-protos-go v0.0.0-20200124220212-e9cfc186ba7b
	github.com/pkg/errors v0.8.1
	github.com/sykesm/zap-logfmt v0.0.3
	go.uber.org/atomic v1.6.0
	go.uber.org/multierr v1.5.0
	go.uber.org/zap v1.14.1
	golang.org/x/crypto v0.17.0
	google.golang.org/grpc v1.23.0
	gopkg.in/yaml.v2 v2.4.0
)
MOD

cat >main.go <<'GO'
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/golang/protobuf/proto"
	protos "github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric/bccsp/sw"
	"github.com/hyperledger/fabric/msp"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var (
	rootKey   = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	memberKey = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
)

func issue(template, issuer *x509.Certificate, key *ecdsa.PrivateKey) *x509.Certificate {
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	template.BasicConstraintsValid = true
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), rootKey))))
}

func text(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

var identified = []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 35}, Value: []byte{0x30, 3, 0x80, 1, 1}}}

// A list of the root; the version is written as X.509 does, 1 for version 2.
func revocations(root *x509.Certificate, version int, extensions []pkix.Extension, serials ...int64) *pkix.CertificateList {
	algorithm := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	now := time.Now().UTC()
	list := pkix.TBSCertificateList{Version: version, Signature: algorithm, Issuer: root.Subject.ToRDNSequence(), ThisUpdate: now,
		NextUpdate: now.Add(time.Hour), Extensions: extensions}
	for _, serial := range serials {
		revoked := pkix.RevokedCertificate{SerialNumber: big.NewInt(serial), RevocationTime: now}
		list.RevokedCertificates = append(list.RevokedCertificates, revoked)
	}
	list.Raw = must(asn1.Marshal(list))
	digest := sha256.Sum256(list.Raw)
	signature := must(ecdsa.SignASN1(rand.Reader, rootKey, digest[:]))
	return &pkix.CertificateList{TBSCertList: list, SignatureAlgorithm: algorithm,
		SignatureValue: asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}}
}

// An organisation with one root that tells roles by organisational units, as cryptogen makes it.
func organisation(root *x509.Certificate, list *pkix.CertificateList) msp.MSP {
	unit := func(name string) *protos.FabricOUIdentifier {
		return &protos.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
	}
	units := &protos.FabricNodeOUs{Enable: true, ClientOuIdentifier: unit("client"), PeerOuIdentifier: unit("peer"),
		AdminOuIdentifier: unit("admin"), OrdererOuIdentifier: unit("orderer")}
	config := must(proto.Marshal(&protos.FabricMSPConfig{Name: "Org", RootCerts: [][]byte{text(root)}, FabricNodeOus: units,
		RevocationList: [][]byte{must(asn1.Marshal(*list))}}))
	provider := must(sw.NewDefaultSecurityLevelWithKeystore(sw.NewDummyKeyStore()))
	made := must(msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: msp.MSPv1_4_3}}, provider))
	if err := made.Setup(&protos.MSPConfig{Config: config}); err != nil {
		panic(err)
	}
	return made
}

func verdict(err error) string {
	if err != nil {
		return err.Error()
	}
	return "valid"
}

func toFabric(organisation msp.MSP, member *x509.Certificate) error {
	serialized := must(proto.Marshal(&protos.SerializedIdentity{Mspid: "Org", IdBytes: text(member)}))
	identity, err := organisation.DeserializeIdentity(serialized)
	if err != nil {
		return err
	}
	return identity.Validate()
}

func main() {
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, IsCA: true,
		SubjectKeyId: []byte{1}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	root := issue(ca, ca, rootKey)
	member := issue(&x509.Certificate{SerialNumber: big.NewInt(2), KeyUsage: x509.KeyUsageDigitalSignature,
		Subject: pkix.Name{CommonName: "client", OrganizationalUnit: []string{"client"}}}, root, memberKey)
	for _, each := range []struct {
		name string
		list *pkix.CertificateList
	}{
		{"version 2, identifier, nobody", revocations(root, 1, identified)},
		{"version 2, identifier, another", revocations(root, 1, identified, 3)},
		{"version 2, identifier, the member", revocations(root, 1, identified, 2)},
		{"version 2, nobody", revocations(root, 1, nil)},
		{"version 1, nobody", revocations(root, 0, nil)},
		{"version 1, another", revocations(root, 0, nil, 3)},
	} {
		fmt.Printf("%s\n  signature of the list: %s\n  member: %s\n", each.name, verdict(root.CheckCRLSignature(each.list)),
			verdict(toFabric(organisation(root, each.list), member)))
	}
}
GO

go build -mod=mod -o finding .
seen=$(./finding)
lost='could not validate identity against certification chain: could not obtain Authority Key Identifier for crl: authorityKeyIdentifier not found in certificate'
expected="version 2, identifier, nobody
  signature of the list: valid
  member: valid
version 2, identifier, another
  signature of the list: valid
  member: valid
version 2, identifier, the member
  signature of the list: valid
  member: could not validate identity against certification chain: The certificate has been revoked
version 2, nobody
  signature of the list: valid
  member: $lost
version 1, nobody
  signature of the list: valid
  member: $lost
version 1, another
  signature of the list: valid
  member: $lost"
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  echo 'CHANGED: Fabric judges one of them otherwise now' >&2
  exit 1
fi
echo 'as found: a list without the identifier, of nobody or of another, costs the member its membership'
