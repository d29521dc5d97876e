#!/usr/bin/env bash
# A certificate whose extended key usage is clientAuth and nothing else: what an authority gives a client (RFC 5280, section 4.2.1.12).
# Seen here: to the MSP of Hyperledger Fabric 2.1.1, built with Go 1.26, its holder is no member of the organisation; the holder of one for
# a TLS server, with serverAuth and nothing else, is. Neither usage is signing transactions. Fabric calls x509.Certificate.Verify without
# KeyUsages, and Go then asks for serverAuth. So members need both usages, or none. Fabric 3.1.5: "a member with clientAuth" in
# test/vectors/msp/extensions.json. Valid input; needs Go and its module proxy.
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
	"crypto/x509"
	"crypto/x509/pkix"
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

// An organisation with one root that tells roles by organisational units, as cryptogen makes it.
func organisation(root *x509.Certificate) msp.MSP {
	unit := func(name string) *protos.FabricOUIdentifier {
		return &protos.FabricOUIdentifier{OrganizationalUnitIdentifier: name}
	}
	units := &protos.FabricNodeOUs{Enable: true, ClientOuIdentifier: unit("client"), PeerOuIdentifier: unit("peer"),
		AdminOuIdentifier: unit("admin"), OrdererOuIdentifier: unit("orderer")}
	config := must(proto.Marshal(&protos.FabricMSPConfig{Name: "Org", RootCerts: [][]byte{text(root)}, FabricNodeOus: units}))
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

func toGo(root, member *x509.Certificate) error {
	roots := x509.NewCertPool()
	roots.AddCert(root)
	_, err := member.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err
}

func main() {
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, IsCA: true,
		SubjectKeyId: []byte{1}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	root := issue(ca, ca, rootKey)
	fabric := organisation(root)
	client, server := x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth
	for _, each := range []struct {
		name   string
		usages []x509.ExtKeyUsage
	}{
		{"no usage", nil},
		{"clientAuth", []x509.ExtKeyUsage{client}},
		{"serverAuth", []x509.ExtKeyUsage{server}},
		{"clientAuth, serverAuth", []x509.ExtKeyUsage{client, server}},
		{"anyExtendedKeyUsage", []x509.ExtKeyUsage{x509.ExtKeyUsageAny}},
	} {
		member := issue(&x509.Certificate{SerialNumber: big.NewInt(2), ExtKeyUsage: each.usages, KeyUsage: x509.KeyUsageDigitalSignature,
			Subject: pkix.Name{CommonName: "client", OrganizationalUnit: []string{"client"}}}, root, memberKey)
		fmt.Printf("%s\n  Go, asked for a client: %s\n  Fabric: %s\n", each.name, verdict(toGo(root, member)),
			verdict(toFabric(fabric, member)))
	}
}
GO

go build -mod=mod -o finding .
seen=$(./finding)
expected='no usage
  Go, asked for a client: valid
  Fabric: valid
clientAuth
  Go, asked for a client: valid
  Fabric: the supplied identity is not valid: x509: certificate specifies an incompatible key usage
serverAuth
  Go, asked for a client: x509: certificate specifies an incompatible key usage
  Fabric: valid
clientAuth, serverAuth
  Go, asked for a client: valid
  Fabric: valid
anyExtendedKeyUsage
  Go, asked for a client: valid
  Fabric: valid'
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  echo 'CHANGED: Fabric or Go judges one of them otherwise now' >&2
  exit 1
fi
echo 'as found: to Fabric a client of clientAuth is no member, and a server of serverAuth is'
