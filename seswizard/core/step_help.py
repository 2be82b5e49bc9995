"""What each step is about, for a person who asks for help in whichever face.

No keys and no layout: the screen adds its keys, the linear mode the words that it takes at every question.
"""

HELP: dict[str, tuple[str, ...]] = {
    "first": (
        "First it only looks: who you are at AWS, what SES and DNS know of the name. Every change is shown as a plan before"
        " anything is done, with the same in AWS CLI lines, and is written into a journal; `seswizard undo` takes it back.",
        "A domain covers all its addresses. A single address is enough for a try: AWS mails it a link.",
    ),
    "access": (
        "seswizard uses the credentials that the AWS CLI would use here: the environment, a profile, an SSO session or a role."
        " It never stores them.",
        "Sending by SMTP needs an IAM user with a long-lived key; temporary credentials cannot do it. Making that user is the"
        " one thing that often needs a colleague: the policy to send to them can be shown here.",
        "Looking for a permission would mean trying it, so nothing is tried here; the step that needs one says what is missing.",
    ),
    "sandbox": (
        "Every new account starts in the sandbox, in each region by itself: 200 recipients in 24 hours, one a second, and only"
        " verified addresses and the mailbox simulator.",
        "The whole road works there, the proven bounce too. Production access is asked for later, when bounces are seen to be"
        " handled: that is what reviewers want to know.",
    ),
    "domain": (
        "SES makes three signing keys for the domain and says which DNS records prove that it is yours.",
        "**MAIL FROM** is where bounces go. It must be a subdomain that nothing else uses; `bounce` is usual.",
        "**DMARC reports** are daily XML mails from receivers. Leave them out if nobody would read them.",
        "Nothing is changed in your DNS: you do that in the next step.",
        "**A single address** needs no DNS records: SES mails it a link, which is good for 24 hours.",
    ),
    "records": (
        "Add these at whoever hosts your DNS, exactly as shown. Only the DKIM records are required.",
        "**Hostname** is relative to your zone. Most hosts add the domain by themselves; if yours does not, use the whole name.",
    ),
    "propagation": (
        "Three places must agree, in this order.",
        "**Your servers** answer from the zone itself. Once they are right, only waiting is left.",
        "**Resolvers** may keep an old answer, each for its own time. They are asked only once your servers agree.",
        "**SES** looks every few minutes by itself. Nothing makes it look sooner.",
        "Meanwhile go on to the SMTP login: it needs no verified domain.",
    ),
    "login": (
        "Your mail program logs in with an access key id and a password that is derived from the key's secret.",
        "The key belongs to an IAM user of its own, which may send as your domain and nothing else. The password goes into a"
        " keep of your choice and is read back before the secret is forgotten.",
        "A new key needs a moment at AWS: **535** is normal for up to five minutes, and it is tried again by itself.",
        "`seswizard login show DOMAIN` prints the user name, with `--reveal` the password.",
    ),
    "proof": (
        '"Accepted" proves nothing. This sends one message through your own login to AWS\'s mailbox simulator, which bounces it,'
        " and waits for the report of exactly that message.",
        "For that it makes a configuration set, a topic and a queue, the same that will handle your bounces later.",
        "Mail to the simulator is billed as one message and harms no reputation. It works in the sandbox.",
    ),
    "production": (
        "AWS reviews each account and region. It asks for the kind of mail, a web site, up to four contacts, and that recipients"
        " opted in and that bounces and complaints are handled.",
        "The button in the console appears once a domain is verified. The first answer comes within 24 hours; often it is a"
        " question in a support case, and waits for you. While a review runs the details are locked.",
    ),
    "aftercare": (
        "AWS looks at bounces and complaints. Bounces: keep under 2 %, review at 5 %, a pause at 10 %. Complaints: keep under"
        " 0.1 %, a pause at 0.5 %. CloudWatch holds both as fractions: an alarm at 0.05 and at 0.001 is right, 5 never fires.",
        "The DKIM records must stay: when one is gone for 72 hours, AWS revokes the domain. `health` looks for that.",
    ),
    "overview": ("Every step with its worst finding. Open any of them; it is the same step as in set-up.",),
}
"""By step, `first` for the first questions, and `overview`: paragraphs of help, in Markdown."""


def plain(paragraph: str) -> str:
    """A paragraph for lines, where an asterisk would be read aloud; backticks stay around what is typed."""
    return paragraph.replace("**", "")
