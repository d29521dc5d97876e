import type { StepCode } from '../../../checklist.js';
import type { StepText } from '../texts.js';

export const CHINESE_STEPS: Readonly<Record<StepCode, StepText>> = {
  'file.form': {
    title: '证据文件的格式',
    checked:
      '将文件字节与证据文件唯一允许的格式逐项比对：规范化 JSON，成员均为已知成员且不重复，各项长度均在限额之内，共享片段均被引用。',
    clause: 'RFC 8785（规范化 JSON）；校验程序结论说明（VERDICTS.md）“The evidence file”一节',
    limit: '仅涉及格式。格式正确的文件仍可能含有不实内容，须由后续各步骤判断。',
  },
  'trust.applies': {
    title: '信任文件适用于本账本',
    checked: '将证据文件载明的通道、链码名称与信任文件载明的通道、链码名称比对。',
    clause: '校验程序使用指南（GUIDE-FOR-COURTS.md）“The trust file”一节',
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
    checked:
      '将各通道配置载明的共识类型、有排序节点参与的机构（及其节点数）、签署区块所需的排序节点数，以及须串通方能向两名读者出示两种历史的最少机构数（`colluding`），与信任文件可接受的范围比对。由一个机构或者一个排序节点单独制作区块的通道，属单一主体运营。',
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
    checked:
      '核对检查点高度所在区块的、经排序节点签名的区块头：其载明的最近配置区块应为文件中的最后一个配置区块。',
    clause: 'Hyperledger Fabric protos common/common.proto（OrdererBlockMetadata、LastConfig）',
    limit: '不涉及该区块之后的配置。',
  },
  'ledger.definition': {
    title: '当时生效的链码定义',
    checked: '仅用于整个账本的审计：将各机构批准的链码包与信任文件列明的链码包比对。',
    clause:
      'Hyperledger Fabric core/chaincode/lifecycle（namespaces/fields/<名称>/Sequence、ValidationInfo）',
    limit: '不证明各机构实际运行的软件；规则的运算不依赖于此。',
  },
  'ledger.constitution': {
    title: '数据空间的设立交易',
    checked: '文件含有设立数据空间的交易的，与信任文件载明的交易比对。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '文件无须含有该交易：可信的创世区块与规则仅容许一次设立。',
  },
  'transaction.form': {
    title: '交易的格式与标识',
    checked:
      '按账本软件自身的读取方式核对原始交易信封：通道、链码、仅含一项调用和一个参数，以及其在日志中的标识。',
    clause: 'Hyperledger Fabric core/common/validation/msgvalidation.go；google.golang.org/protobuf',
    limit: '不证明交易已经生效，参见以下步骤。',
  },
  'transaction.creator': {
    title: '提交者的签名',
    checked:
      '以随机数与提交者身份重新计算 SHA-256 得出交易标识；以提交者证书验证其对整个交易信封的签名，并依该区块当时生效的配置，核对该证书的根证书、中间证书、吊销列表及角色。',
    clause:
      'FIPS 186-5（ECDSA，并按 Fabric 要求限定 low-S）、RFC 5280；Hyperledger Fabric msp/mspimplvalidate.go、protoutil/proputils.go（ComputeTxID）',
    limit: '不证明由哪一自然人操作，仅证明该机构的密钥作出了签名。',
  },
  'transaction.endorsement': {
    title: '各机构的背书',
    checked:
      '仅用于整个账本的审计：核对提案哈希及每一背书，同一签名者仅计一次，核对其角色，并判断全部背书是否满足当时生效的背书策略。',
    clause:
      'Hyperledger Fabric protoutil/txutils.go（GetProposalHash2）；common/policies（SignatureSetToValidIdentities）；common/cauthdsl',
    limit: '不证明背书者适用了正确的规则；本校验不依赖于此。',
  },
  'transaction.validity': {
    title: '账本接受了哪些交易',
    checked:
      '对每一区块中的每一交易重新判断：格式、提交者、依当时生效策略的背书以及读取冲突；文件所载验证码应与判断结果一致。',
    clause:
      'Hyperledger Fabric core/committer/txvalidator、core/ledger/kvledger/txmgmt；protos peer/transaction.proto（TxValidationCode）',
    limit: '仅对完整版文件作此判断。精简版文件由检查点的见证机构予以确认。',
  },
  'block.integrity': {
    title: '完整区块',
    checked:
      '对自第 0 号起至该高度的每一区块：核对前一区块哈希，重新计算数据哈希，核对每一交易信封的格式，并依当时生效的配置核对排序节点对区块头的签名是否达到共识要求的数量。',
    clause:
      'Hyperledger Fabric protoutil/blockutils.go（ComputeBlockDataHash、VerifyTransactionsAreWellFormed）；common/policies/bft.go',
    limit: '仅证明顺序，不证明有效：已排序的交易仍可能被所有节点判定无效。仅完整版文件含有完整区块。',
  },
  'decision.facts': {
    title: '决定所依据的事实',
    checked:
      '对产生效力的答复中记录的每一事实（键及其值的摘要）：文件应含有与该摘要一致的文本，且不含与之无关的记录。',
    clause: '拒绝代码一览（REFUSALS.md）“Denials”一节',
    limit: '不证明账本上的事实与账本之外的实际情况相符。',
  },
  'decision.replay': {
    title: '决定的复算',
    checked:
      '以同一规则，对经签名的答复请求、并仅以上述事实重新运算：结果、理由及整个记录均应与产生效力的内容逐字节一致。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节；信任文件接受的规则版本',
    limit: '不证明规则在法律上正确，仅证明规则得到遵守，不论背书节点写入何种内容。',
  },
  'transaction.replay': {
    title: '交易的复算',
    checked: '仅用于整个账本的审计：对每一被接受的交易重新运行规则，并与背书者写入的内容比对。',
    clause: '校验程序技术规范（SPECIFICATION.md）“The fold”一节；信任文件接受的规则版本',
    limit: '不涉及规则未作规定的内容。',
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
    checked: '对检查点正文上的每一时间戳：核对摘要、签名、证书用途，以及至信任文件所列时间戳机构的证书链。',
    clause: 'RFC 3161、RFC 5816、RFC 5652、RFC 5280 第 4.2.1.12 条；合格时间戳参见 eIDAS 第 41 条',
    limit:
      '时间戳证明检查点及其高度以下的全部内容在该时间之前已经存在，不证明其形成时间。校验程序不联网，不查询时间戳机构证书的吊销状态。',
  },
  'time.certificates': {
    title: '签名时证书有效',
    checked: '将每一提交者证书的有效期，与其交易所述时间比对；该时间由上一步骤加以限定。',
    clause: 'RFC 5280 第 4.1.2.5 条',
    limit:
      'Fabric 自身在验证时不检查证书到期；本项不因此免除任何一方的责任。除作出决定的交易外，仅予说明，不作为失败。',
  },
  'checkpoint.earlier': {
    title: '较早的检查点',
    checked:
      '对早于本文件所依据者的检查点：核对其属于该账本，且所列交易以证明路径可至其日志根。其签名与时间戳的核对方法与前者相同。仅用于表明某项签名作出于密钥泄露之前。',
    clause: '校验程序结论说明（VERDICTS.md）“Keys that were compromised”一节',
    limit: '除信任文件所信任者外，不证明其签名时间属实。',
  },
  'signers.keys': {
    title: '可能为他人所持有的密钥',
    checked:
      '对签署文件内交易的每一密钥：以全部记录映射的证明，核对截至该高度账本上对其作出的声明，包括未作任何声明的情形。密钥被声明自某日起泄露的，核对时间戳机构或者其他机构的见证方在该日之前已见到所签署的交易。',
    clause: '校验程序结论说明（VERDICTS.md）“Keys that were compromised”一节',
    limit:
      '不涵盖该高度之后的声明，以及无人作出的声明。不证明声明本身属实：报告载明声明人及声明时间。不涵盖背书节点与排序节点的密钥。',
  },
  'custody.log': {
    title: '本文件的保管链',
    checked: '核对收集、导出本文件的每一记录：由机构成员签名，且与文件现有内容一致。',
    clause: 'ISO/IEC 27037（保管链）；美国《联邦证据规则》第 902(14) 条',
    limit: '保管记录中的时间以导出方自身时钟为准；首条记录之前的情况不在其内。',
  },
  'uses.complete': {
    title: '使用记录无一遗漏',
    checked:
      '核对列表自一计数至另一计数的全部成员，与两个高度处映射所载的计数和根一致：不得遗漏、重复、调换或增添。',
    clause: 'RFC 9162 第 2.1 节（默克尔树）；校验程序结论说明（VERDICTS.md）“Completeness files”一节',
    limit:
      '仅及两个高度之间账本所载的使用。未在账本上请求的使用不在任何列表中；何高度属何日，仅由见证方与时间戳说明。',
  },
  'uses.records': {
    title: '各次使用的结果',
    checked: '核对列表中每次使用的文本与较晚高度处映射所载摘要一致。',
    clause: 'RFC 8785（规范 JSON）；校验程序结论说明（VERDICTS.md）“Completeness files”一节',
    limit: '为该高度时的状态。各次使用为何如此裁定、由谁签名，见其各自的证据文件。',
  },
  'ledger.fold': {
    title: '对整个账本运行规则',
    checked:
      '按账本顺序，对每一被接受的交易重新运行规则，每一笔均以前一笔之后的状态为基础。以规则得出的结果为准，不论背书者写入何种内容。',
    clause: '校验程序技术规范（SPECIFICATION.md）“The fold”一节',
    limit: '不证明规则在法律上正确。仅完整版文件含有所需内容；精简版文件由见证机构完成该运算。',
  },
  'checkpoint.body': {
    title: '检查点所指向的内容',
    checked:
      '将检查点载明的通道、创世区块、高度及区块哈希，与信任文件以及经排序节点签名的区块头比对；对完整版文件，将其全部成员与重新计算的结果比对。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Checkpoints”一节',
    limit: '不证明检查点真实：由以下步骤中的见证机构，或者由整个账本予以证明。',
  },
  'checkpoint.witness': {
    title: '各见证机构的签名',
    checked:
      '对检查点的每一签名：核对其对检查点及见证机构自身陈述的签名，并依文件中最新的配置，判断信任文件是否以其固定的根证书或者密钥列明该机构。',
    clause: '校验程序结论说明（VERDICTS.md）“Witnesses”一节；FIPS 186-5（ECDSA，low-S）',
    limit: '不计入的签名不影响其他签名。见证机构关于自身时钟和软件的内容为其自身陈述。',
  },
  'checkpoint.witnesses': {
    title: '见证机构的数量',
    checked:
      '将信任文件列明且已签署检查点的不同机构的数量，与信任文件要求的数量比对。每一机构均陈述其自行对整个账本运行了规则。',
    clause: '校验程序结论说明（VERDICTS.md）“Witnesses”一节',
    limit:
      '列明的机构全部共同作不实陈述的，本项不能成立；所需机构中有一家诚实即可。完整版文件不需要见证机构。',
  },
  'transaction.inclusion': {
    title: '在日志中的位置与效力',
    checked:
      '核对交易信封的哈希及其在全部交易日志中的条目，并以哈希路径核对至检查点中的日志根：该交易已被账本接受、位于该位置，并依规则产生效力。CORRECTED 表示背书者曾写入其他内容，该内容不产生效力。',
    clause: 'RFC 9162 第 2.1.3.2 条（包含证明）；校验程序技术规范（SPECIFICATION.md）“The trees”一节',
    limit: '其真实性以检查点的真实性为限。',
  },
  'transaction.effect': {
    title: '依规则写入的内容',
    checked:
      '将所示的每一记录文本，与日志条目中该交易有效写入的根比对。不采用背书者写入交易信封的内容。与本文件事项无关的交易不予接受。',
    clause: '校验程序技术规范（SPECIFICATION.md）“The trees”一节',
    limit: '不涉及未展示的写入。',
  },
  'subject.newest': {
    title: '最新状态',
    checked:
      '以证明路径核对至检查点中的映射根，确认该高度全部记录的映射中该事项的最新文本；并核对写入该文本的交易确在文件中且文本一致。另载明（note）：背书者曾在该键写入其他内容而不产生效力的最近一笔交易。',
    clause: '校验程序技术规范（SPECIFICATION.md）“The trees”一节',
    limit: '不涉及该高度之后的情况，亦不证明除此之外不存在其他使用、权利主张或授权。',
  },
  'subject.request': {
    title: '由谁提出请求',
    checked:
      '核对提出使用请求（或者作出评估）的签名调用：其签名者应为记录载明的当事方，并使用记录载明的密钥。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明由哪一自然人持有密钥。',
  },
  'subject.answer': {
    title: '由谁作出答复',
    checked: '核对答复该请求的签名调用：其签名者应为记录载明的提供方，并使用记录载明的密钥。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明由哪一自然人持有密钥。',
  },
  'subject.course': {
    title: '答复之后的经过',
    checked: '核对最新状态所载的签名确认，或者异议及其处理结果：均应由记录载明的当事方作出。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明当事方在其中的陈述真实。',
  },
  'subject.terms': {
    title: '双方对条款的签名',
    checked:
      '对所使用的授权及其上级授权：核对提出现行条款的签名调用，以及另一方按条款摘要作出的、针对完全相同条款的签名接受。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明该协议在法律上有效，亦不证明当事方理解其内容。',
  },
  'subject.claim': {
    title: '权利主张的来由',
    checked: '核对提出当时有效的权利主张的签名调用；已登记的，并核对登记机构的签名登记。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明主张人在法律上享有权利。',
  },
  'valuation.result': {
    title: '评估结果的复算',
    checked: '按评估方法对其输入重新计算结果；输入为密封的，以所披露的内容计算。',
    clause: '校验程序技术规范（SPECIFICATION.md）“Steps”一节',
    limit: '不证明输入真实，亦不证明方法适当。',
  },
  'time.bounds': {
    title: '所述时间与他方时钟的比对',
    checked:
      '将各提交者所述的时间，与时间戳机构及见证机构对本检查点所允许的最晚时间比对。晚于该时间的，所述时间不实：作出决定的交易即为未通过，其他交易则予以载明。',
    clause: '校验程序结论说明（VERDICTS.md）“Time”一节',
    limit: '不涉及在规则允许范围内所述偏早的时间。背书者当时对时钟的核对无法重复。',
  },
};
