import type { StepCode } from '../checklist.js';
import type { StepText } from './texts.js';

export const CHINESE_STEPS: Readonly<Record<StepCode, StepText>> = {
  'file.form': {
    title: '证据文件的格式',
    checked:
      '将文件字节与证据文件唯一允许的格式逐项比对：规范化 JSON，成员均为已知成员且不重复，各项长度均在限额之内，共享片段均被引用。',
    clause: 'RFC 8785（规范化 JSON）；校验程序说明文件“The evidence file”一节',
    limit: '仅涉及格式。格式正确的文件仍可能含有不实内容，须由后续各步骤判断。',
  },
  'trust.applies': {
    title: '信任文件适用于本账本',
    checked: '将证据文件载明的通道、链码名称与信任文件载明的通道、链码名称比对。',
    clause: '校验程序说明文件“The trust file”一节',
    limit: '不证明信任文件本身正确。信任文件应取自证据提供方以外的来源，并与多家机构出具的书面指纹声明核对。',
  },
  'ledger.genesis': {
    title: '账本的创世区块',
    checked: '对文件中第 0 号区块的区块头计算 SHA-256，与信任文件载明的指纹比对。',
    clause: 'Hyperledger Fabric protoutil/blockutils.go（BlockHeaderBytes）；ITU-T X.690（DER）',
    limit: '不证明创世区块所列机构的真实身份；该身份取决于指纹的取得方式。',
  },
  'ledger.operators': {
    title: '账本的排序主体',
    checked: '将通道配置载明的共识类型及参与机构，与信任文件可接受的范围比对。',
    clause:
      'Hyperledger Fabric protos orderer/configuration.proto（ConsensusType）；《人民法院在线诉讼规则》第十七条（存证平台的独立性）',
    limit: '不证明名称不同的机构彼此独立。由单一主体运营的账本没有第二见证方。',
  },
  'ledger.config': {
    title: '通道配置链',
    checked:
      '自第 0 号区块起的每一配置区块：其哈希、配置序号（逐一递增），以及排序节点依上一配置作出的签名。后续各步骤所依据的证书、吊销列表、共识节点名单及策略均由此取得。',
    clause:
      'Hyperledger Fabric common/configtx/update.go、protoutil/blockutils.go（BlockSignatureVerifier）；common/policies/bft.go（法定数量）',
    limit: '不证明证书确实签发给正确的主体，也不证明私钥得到妥善保管；该等事项由各机构的证书颁发机构负责。',
  },
  'ledger.head': {
    title: '配置无缺失',
    checked: '核对一个较后的、经排序节点签名的区块头：其载明的最近配置区块应为文件中的最后一个配置区块。',
    clause: 'Hyperledger Fabric protos common/common.proto（OrdererBlockMetadata、LastConfig）',
    limit: '不涉及该区块头之后的配置。',
  },
  'ledger.definition': {
    title: '当时生效的链码定义',
    checked:
      '核对提交链码定义的交易，以及每笔交易经背书的、对该定义序号的读取记录，以确定背书当时适用的链码包、版本及背书策略。',
    clause:
      'Hyperledger Fabric core/chaincode/lifecycle（namespaces/fields/<名称>/Sequence、ValidationInfo）',
    limit: '不证明各机构实际运行的软件：链码包标识仅为其批准的内容。决定的复算不依赖于此。',
  },
  'ledger.constitution': {
    title: '数据空间的设立交易',
    checked: '核对信任文件载明的交易：其应为本链码的 space:Constitute 交易，并与其他交易一样经过验证。',
    clause: '链码说明文件“space:Constitute”一节',
    limit: '不证明所通过的规则公平，也不证明其在特定法律下具有约束力。',
  },
  'transaction.form': {
    title: '交易的格式与标识',
    checked:
      '核对原始交易信封：格式、通道、链码、仅含一项操作，并以随机数与提交者身份重新计算 SHA-256 得出交易标识。',
    clause:
      'Hyperledger Fabric protoutil/proputils.go（ComputeTxID）；core/common/validation/msgvalidation.go',
    limit: '不证明交易已经生效，参见“账本已接受该交易”。',
  },
  'transaction.creator': {
    title: '提交者的签名',
    checked:
      '以提交者证书验证其对整个交易信封的签名，并依当时生效的配置，核对该证书的根证书、中间证书、吊销列表及角色。',
    clause:
      'FIPS 186-5（ECDSA，并按 Fabric 要求限定 low-S）、RFC 5280；Hyperledger Fabric msp/mspimplvalidate.go',
    limit: '不证明由哪一自然人操作，仅证明该机构的密钥作出了签名。',
  },
  'transaction.endorsement': {
    title: '各机构的背书',
    checked:
      '核对提案哈希及每一背书：同一签名者仅计一次，核对其角色，并判断全部背书是否满足当时生效的背书策略。所有背书者签署的读集、写集及响应均相同。',
    clause:
      'Hyperledger Fabric protoutil/txutils.go（GetProposalHash2）；common/policies（SignatureSetToValidIdentities）；common/cauthdsl',
    limit: '不证明背书者适用了正确的规则。背书由系统自动作出，多数机构可能串通；该情形由决定的复算予以覆盖。',
  },
  'transaction.validity': {
    title: '账本已接受该交易',
    checked:
      '核对多家机构的节点就该同一交易信封作出的、验证码为“有效”的签名答复；机构数量不少于信任文件的要求。',
    clause:
      'Hyperledger Fabric core/scc/qscc（GetTransactionByID）；protos peer/transaction.proto（TxValidationCode）',
    limit: '排序节点的签名不能证明交易有效；本项依赖于作出答复的各机构。如其共同作不实答复，则本项不能成立。',
  },
  'transaction.position': {
    title: '在账本顺序中的位置',
    checked:
      '将文件载明的区块号及序位，与指向该交易的、经背书的读集版本比对；文件含有完整区块的，并与该区块比对。',
    clause: 'Hyperledger Fabric protos ledger/rwset/kvrwset（Version）；core/ledger/kvledger',
    limit: '既未被读取、文件中又无相应区块的位置，仅为导出方的陈述，本项即为未评估。',
  },
  'block.integrity': {
    title: '完整区块',
    checked:
      '对文件中的每一区块：重新计算数据哈希，核对每一交易信封的格式，并依当时生效的配置核对排序节点对区块头的签名是否达到共识要求的数量。',
    clause:
      'Hyperledger Fabric protoutil/blockutils.go（ComputeBlockDataHash、VerifyTransactionsAreWellFormed）；common/policies/bft.go',
    limit: '仅证明顺序，不证明有效：已排序的交易仍可能被所有节点判定无效。',
  },
  'state.endorsed': {
    title: '关于账本状态的答复',
    checked: '核对多家机构的节点对 records:Get 的签名答复：其读集将每一键与当时的版本绑定。',
    clause: 'Hyperledger Fabric core/endorser；protos ledger/rwset/kvrwset（KVRead）',
    limit: '仅为作出答复当时的状态，不涉及其后。',
  },
  'subject.present': {
    title: '证据所指向的事项',
    checked: '核对经验证的交易确已写入文件所称的记录及与之相关的记录。',
    clause: '校验程序说明文件“Subjects”一节',
    limit: '不证明除此之外不存在其他使用、权利主张或授权。',
  },
  'decision.facts': {
    title: '决定所依据的事实',
    checked: '将答复中记录的每一事实（键及其值的摘要），与经背书的读集所指向的值比对。',
    clause: '链码说明文件“Decision at usage:Answer”一节',
    limit: '不证明账本上的事实与账本之外的实际情况相符。',
  },
  'decision.replay': {
    title: '决定的复算',
    checked: '以同一规则，对所记录交易读取的数据重新运算：结果、理由及所写入的每一记录均应逐字节一致。',
    clause: '校验程序说明文件“Replay”一节；信任文件接受的规则版本',
    limit: '不证明规则在法律上正确，仅证明规则得到遵守；即使多数节点串通，该结论亦不受影响。',
  },
  'transaction.replay': {
    title: '所依据交易的复算',
    checked: '对决定所依据的权利主张、授权、准入等交易，以其读取的数据重新运算。',
    clause: '校验程序说明文件“Replay”一节；信任文件接受的规则版本',
    limit: '交易的输入属于案外人而未收入文件的，本项为未评估。',
  },
  'sealed.openings': {
    title: '已披露的密封字段',
    checked: '对每一披露内容，以盐值与内容计算 SHA-256，与账本上的承诺值比对。',
    clause: 'FIPS 180-4（SHA-256）；RFC 8785',
    limit: '未披露的字段内容仍属未知。已披露的文本确为当时所承诺的文本，但其内容是否真实另当别论。',
  },
  'payload.commitment': {
    title: '数据本身',
    checked: '以盐值与数据计算 SHA-256，连同数据长度，与该版本的承诺值比对。仅在向校验程序提供数据时进行。',
    clause: 'FIPS 180-4（SHA-256）；《人民法院在线诉讼规则》第十六条（经技术核验一致）',
    limit: '不证明数据内容真实、原始或者取得合法。',
  },
  'time.authorities': {
    title: '独立时间戳机构的时间戳',
    checked: '对答复交易信封上的每一时间戳：核对摘要、签名、证书用途，以及至信任文件所列时间戳机构的证书链。',
    clause: 'RFC 3161、RFC 5816、RFC 5652、RFC 5280 第 4.2.1.12 条；合格时间戳参见 eIDAS 第 41 条',
    limit:
      '时间戳证明交易信封在该时间之前已经存在，不证明其形成时间。校验程序不联网，不查询时间戳机构证书的吊销状态。',
  },
  'time.certificates': {
    title: '签名时证书有效',
    checked: '将每一签名者证书的有效期，与交易时间比对；该时间由独立各方签署确认的时间区间加以限定。',
    clause: 'RFC 5280 第 4.1.2.5 条',
    limit: 'Fabric 自身在验证时不检查证书到期；本项不因此免除任何一方的责任。',
  },
  'custody.log': {
    title: '本文件的保管链',
    checked: '核对收集、导出本文件的每一记录：由机构成员签名，且与文件现有内容一致。',
    clause: 'ISO/IEC 27037（保管链）；美国《联邦证据规则》第 902(14) 条',
    limit: '保管记录中的时间以导出方自身时钟为准；首条记录之前的情况不在其内。',
  },
};
