// Asks Fabric's own MSP code what it says to the cases in the files named by its arguments, and writes its answers into them.
// README.md of test/vectors/msp says how this is compiled within Fabric's source tree.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-lib-go/bccsp/sw"
	mspproto "github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric/common/capabilities"
	"github.com/hyperledger/fabric/msp"
	cb "github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/protobuf/proto"
)

type verdict struct {
	// Empty where it succeeded; otherwise the error, for people.
	Setup       string `json:"setup"`
	Deserialize string `json:"deserialize"`
	Validate    string `json:"validate"`
	// Roles whose principal the identity satisfies.
	Roles []string `json:"roles"`
	// SHA-256 of the certificate as Fabric keeps it, and of the authorities of its chain; only of one with a unit.
	Id         string `json:"id,omitempty"`
	Certifiers string `json:"certifiers,omitempty"`
}

type vector struct {
	Name         string   `json:"name"`
	Capabilities []string `json:"capabilities"`
	Config       []byte   `json:"config"`
	Identity     []byte   `json:"identity"`
	Fabric       verdict  `json:"fabric"`
}

func short(err error) string {
	text := err.Error()
	if len(text) > 160 {
		return text[:160]
	}
	return text
}

func rolesOf(identity msp.Identity) []string {
	roles := []string{}
	for number := 0; number < 5; number++ {
		role := mspproto.MSPRole_MSPRoleType(number)
		principal, err := proto.Marshal(&mspproto.MSPRole{MspIdentifier: identity.GetMSPIdentifier(), Role: role})
		check(err)
		wanted := &mspproto.MSPPrincipal{PrincipalClassification: mspproto.MSPPrincipal_ROLE, Principal: principal}
		if identity.SatisfiesPrincipal(wanted) == nil {
			roles = append(roles, role.String())
		}
	}
	return roles
}

func ask(each vector) (answer verdict) {
	answer.Roles = []string{}
	defer func() {
		if found := recover(); found != nil {
			panic(fmt.Sprintf("%s: %v", each.Name, found))
		}
	}()
	store := sw.NewDummyKeyStore()
	provider, err := sw.NewDefaultSecurityLevelWithKeystore(store)
	check(err)
	named := map[string]*cb.Capability{}
	for _, capability := range each.Capabilities {
		named[capability] = &cb.Capability{}
	}
	version := capabilities.NewChannelProvider(named).MSPVersion()
	membership, err := msp.New(&msp.BCCSPNewOpts{NewBaseOpts: msp.NewBaseOpts{Version: version}}, provider)
	check(err)
	config := &mspproto.MSPConfig{}
	check(proto.Unmarshal(each.Config, config))
	if err = membership.Setup(config); err != nil {
		answer.Setup = short(err)
		return answer
	}
	identity, err := membership.DeserializeIdentity(each.Identity)
	if err != nil {
		answer.Deserialize = short(err)
		return answer
	}
	answer.Id = identity.GetIdentifier().Id
	if err = identity.Validate(); err != nil {
		answer.Validate = short(err)
	}
	answer.Roles = rolesOf(identity)
	if units := identity.GetOrganizationalUnits(); len(units) > 0 {
		answer.Certifiers = hex.EncodeToString(units[0].CertifiersIdentifier)
	}
	return answer
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	for _, file := range os.Args[1:] {
		bytes, err := os.ReadFile(file)
		check(err)
		var vectors []vector
		check(json.Unmarshal(bytes, &vectors))
		for at := range vectors {
			vectors[at].Fabric = ask(vectors[at])
		}
		bytes, err = json.MarshalIndent(vectors, "", " ")
		check(err)
		check(os.WriteFile(file, append(bytes, '\n'), 0o644))
	}
}
