import koine.client.apis.ChatsApi
import koine.client.apis.MessagesApi
import koine.client.apis.OneselfApi
import koine.client.apis.SigningInApi
import koine.client.infrastructure.ApiClient
import koine.client.models.ChatPrivateBody
import koine.client.models.MessageSendBody
import koine.client.models.SignInLoginBody
import koine.client.models.SignInRegisterBody

// Two people register, one of them signs in and says something, and the other reads it.
fun main(arguments: Array<String>) {
    val (server, ada, bob) = arguments
    val people = SigningInApi(server)
    people.register(SignInRegisterBody(username = ada, password = "analytical"))
    val bobsTokens = people.register(SignInRegisterBody(username = bob, password = "can-we-fix-it"))
    ApiClient.accessToken = bobsTokens.accessToken
    val bobsId = OneselfApi(server).getMe().id

    ApiClient.accessToken = people.logIn(SignInLoginBody(usernameOrEmail = ada, password = "analytical")).accessToken
    val chat = ChatsApi(server).createPrivateChat(ChatPrivateBody(withUserId = bobsId))
    val messages = MessagesApi(server)
    val sent = messages.sendMessage(chat.id, MessageSendBody(contents = "Hello, Bob!", key = "k1"))
    val again = messages.sendMessage(chat.id, MessageSendBody(contents = "Hello, Bob!", key = "k1"))
    check(again.id == sent.id) { "the key did not hold" }

    ApiClient.accessToken = bobsTokens.accessToken
    println(messages.listMessages(chat.id).messages.map { "${it.seq} ${it.contents}" })
}
