package koine.protocol.pymessage;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/// What the socket sends, under the names of the published document.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.PROPERTY, property = "type")
sealed interface Outgoing {

    @JsonTypeName("resp")
    record LoggedIn(long id) implements Outgoing {}

    @JsonTypeName("create_acc_resp")
    record AccountCreated(long id) implements Outgoing {}

    @JsonTypeName("send_resp")
    record Sent(String status) implements Outgoing {

        static final Sent SUCCESS = new Sent("success");
    }

    @JsonTypeName("friends_resp")
    record FriendList(List<Friend> friends) implements Outgoing {}

    record Friend(String username, long id) {}

    @JsonTypeName("request_resp")
    record FriendAsked(String status) implements Outgoing {

        static final FriendAsked SENT = new FriendAsked("sent");
    }

    @JsonTypeName("add_resp")
    record RequestAccepted(String status) implements Outgoing {

        static final RequestAccepted ADDED = new RequestAccepted("added");
    }

    @JsonTypeName("deny_resp")
    record RequestDenied(String status) implements Outgoing {

        static final RequestDenied SUCCESS = new RequestDenied("success");
    }

    @JsonTypeName("error")
    record Problem(String error) implements Outgoing {}

    /// @param user who wants to be a friend
    @JsonTypeName("friend_request")
    record FriendRequest(long user) implements Outgoing {}

    /// Beyond the document: somebody accepted one's request.
    @JsonTypeName("friend_added")
    record FriendAdded(long user) implements Outgoing {}

    /// @param chatId beyond the document: by it messages of groups are told from those to oneself
    @JsonTypeName("message")
    record Message(
            long sender,
            String content,
            @JsonProperty("chat_id") long chatId) implements Outgoing {}
}
